import { describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { Shutdown } from './shutdown.js';
import { stopOnSignals } from './stop-on-signals.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('shutdown', () => {
  it('closes in reverse order, one after the other', async () => {
    const order: string[] = [];
    const shutdown = new Shutdown();
    shutdown.register('broker', () => order.push('broker'));
    shutdown.register('http', async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push('http');
    });
    await shutdown.run();
    expect(order).toEqual(['http', 'broker']);
  });

  it('goes on after a closer that fails or hangs', async () => {
    const shutdown = new Shutdown();
    shutdown.register('last', () => undefined);
    shutdown.register('hangs', never, 10);
    shutdown.register('fails', () => {
      throw new Error('no');
    });
    const outcomes = await shutdown.run();
    expect(outcomes.map(({ name, result }) => [name, result])).toEqual([
      ['fails', 'failed'],
      ['hangs', 'timed out'],
      ['last', 'closed'],
    ]);
  });

  it('skips what is left when the whole has taken too long', async () => {
    const shutdown = new Shutdown({ totalMs: 20 });
    shutdown.register('last', () => undefined);
    shutdown.register('hangs', never);
    expect((await shutdown.run()).map(({ result }) => result)).toEqual(['timed out', 'skipped']);
  });

  it('runs once however often it is asked for', async () => {
    let closed = 0;
    const shutdown = new Shutdown();
    shutdown.register('counted', () => (closed += 1));
    await Promise.all([shutdown.run(), shutdown.run()]);
    expect(closed).toBe(1);
  });
});

describe('signals', () => {
  const setUp = (shutdown: Shutdown, now?: () => number): { source: EventEmitter; exited: Promise<unknown[]> } => {
    const source = new EventEmitter();
    const exits = new EventEmitter();
    stopOnSignals(shutdown, { source, exit: (code) => exits.emit('exit', code), ...(now && { now }) });
    return { source, exited: once(exits, 'exit') };
  };

  it('end the process with 0 when everything was closed', async () => {
    const { source, exited } = setUp(new Shutdown());
    source.emit('SIGTERM');
    expect(await exited).toEqual([0]);
  });

  it('end it with 1 when something was not', async () => {
    const shutdown = new Shutdown();
    shutdown.register('hangs', never, 5);
    const { source, exited } = setUp(shutdown);
    source.emit('SIGINT');
    expect(await exited).toEqual([1]);
  });

  it('end it at once when somebody insists', async () => {
    const shutdown = new Shutdown();
    shutdown.register('hangs', never, 50);
    let time = 0;
    const { source, exited } = setUp(shutdown, () => time);
    source.emit('SIGINT');
    time = 1_000;
    source.emit('SIGINT');
    expect(await exited).toEqual([130]);
  });

  it('let it finish when one press arrives twice, as it does under npm', async () => {
    const shutdown = new Shutdown();
    shutdown.register('slow', () => new Promise((resolve) => setImmediate(resolve)));
    const { source, exited } = setUp(shutdown, () => 0);
    source.emit('SIGINT');
    source.emit('SIGINT');
    expect(await exited).toEqual([0]);
  });
});
