import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isBypass, parsePrincipal, parsePrincipalKey, parsePrincipalUrl, PRINCIPAL_KINDS } from './principal.js';

const alice = {
  kind: 'user',
  id: 'alice@example.com',
  key: 'user:alice@example.com',
  url: '/principal/user%3Aalice%40example.com',
};

describe('a principal', () => {
  it('is read from its key, its URL and its URL not encoded, always as the same', () => {
    expect(parsePrincipal(alice.key)).toEqual(alice);
    expect(parsePrincipal(alice.url)).toEqual(alice);
    expect(parsePrincipal('/principal/user:alice@example.com')).toEqual(alice);
  });

  it('may have colons in its id', () =>
    expect(parsePrincipalKey('agent:a:b')).toMatchObject({ kind: 'agent', id: 'a:b' }));

  it.each(['', 'alice', 'user', 'user:', 'robot:x', ':x', 'User:x', 'user:a/b', 'user:\ud800'])('is not %j', (key) =>
    expect(parsePrincipalKey(key)).toBeUndefined(),
  );

  it.each([
    '/principal/',
    '/principal/user:a/b',
    '/principal/user%3Aa%2Fb',
    '/principal/%E0%A4',
    '/principal/%',
    '/chat/user:a',
    'principal/user:a',
  ])('is not at %j', (url) => expect(parsePrincipalUrl(url)).toBeUndefined());

  it('comes back from its URL whatever its id', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(fc.constantFrom(...PRINCIPAL_KINDS), id, (kind, text) => {
        const principal = parsePrincipalKey(`${kind}:${text}`);
        expect(principal).toMatchObject({ kind, id: text });
        expect(parsePrincipal(principal?.url ?? '')).toEqual(principal);
      }),
    );
  });

  it('passes every check only when it is one of the built-in ones', () => {
    const passes = (key: string): boolean | undefined => {
      const principal = parsePrincipalKey(key);
      return principal && isBypass(principal);
    };
    expect(passes('system:dev-local')).toBe(true);
    expect(passes('system:other')).toBe(false);
    expect(passes('user:dev-local')).toBe(false);
  });
});
