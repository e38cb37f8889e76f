import { expect, it } from '@jest/globals';
import { Clock } from '../clock.js';
import { HealthRegistry } from './health-registry.js';

class HandClock extends Clock {
  at = 0;
  now(): number {
    return this.at;
  }
}

it('is ready when every part is', () => {
  const health = new HealthRegistry();
  const [broker, database] = [health.register('broker'), health.register('database')];
  broker.ready();
  expect(health.snapshot()).toMatchObject({ live: true, ready: false, parts: { database: { reason: 'starting' } } });
  database.ready();
  expect(health.snapshot()).toMatchObject({ live: true, ready: true });
});

it('stays live while a part waits, and tells why', () => {
  const health = new HealthRegistry();
  const broker = health.register('broker');
  broker.ready();
  broker.waiting('reconnecting');
  expect(health.snapshot()).toMatchObject({ live: true, ready: false, parts: { broker: { reason: 'reconnecting' } } });
});

it('is neither live nor ready with a broken part', () => {
  const health = new HealthRegistry();
  health.register('projector').broken('position is ahead of the log');
  expect(health.snapshot()).toMatchObject({ live: false, ready: false });
});

it('says since when, not when it was last told', () => {
  const clock = new HandClock();
  const health = new HealthRegistry(clock);
  const part = health.register('broker');
  clock.at = 1_000;
  part.ready();
  clock.at = 2_000;
  part.ready();
  expect(health.snapshot().parts['broker']?.since).toBe('1970-01-01T00:00:01.000Z');
});

it('refuses two parts of one name', () => {
  const health = new HealthRegistry();
  health.register('broker');
  expect(() => health.register('broker')).toThrow('broker');
});
