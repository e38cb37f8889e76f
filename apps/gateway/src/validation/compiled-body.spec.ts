import { describe, expect, it } from '@jest/globals';
import { readSend, readSpawn } from './compiled-body.js';

const detailsOf = (read: (body: Buffer) => unknown, body: unknown): unknown => {
  try {
    read(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
    return undefined;
  } catch (error) {
    return (error as { details?: unknown }).details;
  }
};

describe('the body of a spawn', () => {
  it('may be empty', () => {
    expect(readSpawn(undefined)).toEqual({});
    expect(readSpawn(Buffer.alloc(0))).toEqual({});
  });

  it('tells every violation with its pointer', () => {
    expect(detailsOf(readSpawn, { args: [], tags: { a: 1 }, parent: 2 })).toEqual([
      { path: '/args', message: 'must be object' },
      { path: '/tags/a', message: 'must be string' },
      { path: '/parent', message: 'must be string' },
    ]);
  });

  it('must not hold text the database cannot store, but in the message', () => {
    expect(detailsOf(readSpawn, '{"args":{"a":["\\u0000"]}}')).toEqual([
      { path: '/args/a/0', message: 'must not contain NUL characters or lone surrogates' },
    ]);
    expect(detailsOf(readSpawn, '{"tags":{"\\ud800":"x"}}')).toHaveLength(1);
    expect(readSpawn(Buffer.from('{"initialMessage":"\\u0000"}'))).toEqual({ initialMessage: '\0' });
  });
});

describe('the body of a send', () => {
  it('is refused when it is no object', () => {
    expect(detailsOf(readSend, '[]')).toEqual([{ path: '/', message: 'must be object' }]);
  });

  it('has a known mode', () => {
    expect(detailsOf(readSend, { mode: 'later' })).toEqual([
      { path: '/mode', message: 'must be equal to one of the allowed values' },
    ]);
  });
});
