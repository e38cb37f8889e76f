import { describe, expect, it } from '@jest/globals';
import type { LoggerSettings } from './app-logger.js';
import { createLogger, type AppLogger } from './app-logger.js';
import { scrub, scrubText } from './scrub.js';

const recorded = (settings: Partial<LoggerSettings> = {}): { log: AppLogger; lines: string[] } => {
  const lines: string[] = [];
  const all = { app: 'gateway', mode: 'production', logLevel: 'debug', ...settings } as const;
  return { lines, log: createLogger(all, { write: (line) => lines.push(line) }) };
};

describe('secrets', () => {
  it.each([
    ['nats://app:s3cret@broker:4222 is down', 'nats://[hidden]@broker:4222 is down'],
    ['connect postgresql://u:p%40ss@db/x?sslmode=on', 'connect postgresql://[hidden]@db/x?sslmode=on'],
    ['Authorization: Bearer abcdef.ghi-jkl', 'Authorization: Bearer [hidden]'],
    ['GET /v1?offset=3&token=abc', 'GET /v1?offset=3&token=[hidden]'],
    ['mail me@example.org at http://example.org/a@b', 'mail me@example.org at http://example.org/a@b'],
  ])('are hidden in %j', (text, expected) => {
    expect(scrubText(text)).toBe(expected);
  });

  it.each(['a', '?', '?a', 'a://', 'bearer '])('are looked for quickly in a long text of %j', (part) => {
    const started = performance.now();
    scrubText(part.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('are hidden by the name of a field at any depth', () => {
    const request = {
      headers: { authorization: 'x', Cookie: 'y', 'x-api-key': 'k' },
      body: [{ claimToken: 'z', key: 'kept' }],
    };
    expect(scrub(request)).toEqual({
      headers: { authorization: '[hidden]', Cookie: '[hidden]', 'x-api-key': '[hidden]' },
      body: [{ claimToken: '[hidden]', key: 'kept' }],
    });
  });

  it('are hidden in errors and their causes', () => {
    const { log, lines } = recorded();
    log.error('failed', { error: new Error('a', { cause: new Error('at redis://u:hunter2@h') }) });
    expect(lines.join()).not.toContain('hunter2');
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 50, msg: 'failed', err: { message: 'a', type: 'Error' } });
  });
});

it('survives what points to itself', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  expect(JSON.stringify(scrub(loop))).toContain('[deep]');
});

describe('the log', () => {
  it('writes JSON with app and context in production', () => {
    const { log, lines } = recorded();
    log.child('writer', { shard: 0 }).info('appended', { revision: 7n });
    expect(JSON.parse(lines[0]!)).toMatchObject({
      app: 'gateway',
      context: 'writer',
      shard: 0,
      revision: '7',
      msg: 'appended',
    });
  });

  it('writes what a person reads in development', () => {
    const { log, lines } = recorded({ mode: 'development' });
    log.child('writer').info('appended', { n: 1 });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}\[writer\] appended \{"n":1\}\n$/);
  });

  it('takes the calls of Nest: context last, a stack before it', () => {
    const { log, lines } = recorded();
    log.log('started', 'NestFactory');
    log.error('broke', 'Error: broke\n    at here', 'Router');
    const [started, broke] = lines.map((line) => JSON.parse(line) as unknown);
    expect(started).toMatchObject({ msg: 'started', context: 'NestFactory' });
    expect(broke).toMatchObject({ msg: 'broke', context: 'Router', err: { stack: 'Error: broke\n    at here' } });
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = recorded({ logLevel: 'warn' });
    log.log('quiet');
    log.verbose('quieter');
    log.warn('loud');
    expect(lines).toHaveLength(1);
  });
});
