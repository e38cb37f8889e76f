import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeToken, parseLogSubject, streamSubject, unescapeToken, waitersSubject } from './topology.js';

describe('subject tokens', () => {
  it('come back as they were, and never hold a character that NATS gives a meaning', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (segment) => {
        const token = escapeToken(segment);
        expect(token).not.toMatch(/[.*>\s\p{Cc}]/u);
        expect(unescapeToken(token)).toBe(segment);
      }),
    );
  });
});

describe('log subjects', () => {
  it('name the stream of a path and its waiters, and parse back', () => {
    expect(streamSubject('acme', 'chat/42/main')).toBe('log.acme.s.chat.42.main.d');
    expect(parseLogSubject('log.acme.s.chat.42.main.d')).toEqual({
      kind: 'stream',
      tenant: 'acme',
      path: 'chat/42/main',
    });
    expect(parseLogSubject(waitersSubject('a.b', 'x/d/w'))).toEqual({ kind: 'waiters', tenant: 'a.b', path: 'x/d/w' });
    expect(parseLogSubject('log.acme')).toBeUndefined();
  });
});
