import { describe, expect, it } from '@jest/globals';
import { grantSubject, subjectKind } from './subject.js';

describe('the subject of a grant', () => {
  it.each([
    ['/principal/user%3Aalice%40example.com', '/principal/user%3Aalice%40example.com'],
    ['/principal/user:alice@example.com', '/principal/user%3Aalice%40example.com'],
    ['user:alice', '/principal/user%3Aalice'],
  ])('%s is stored in its one spelling', (value, stored) => {
    expect(grantSubject('principal', value)).toBe(stored);
    expect(subjectKind(stored)).toBe('principal');
  });
  it.each(['user', 'agent', 'service', 'system'])('may be the kind %s', (kind) => {
    expect(grantSubject('principal_kind', kind)).toBe(kind);
    expect(subjectKind(kind)).toBe('principal_kind');
  });
  it.each([
    ...['', '*', 'alice', '/chat/1', '/principal/', '/principal/user:', '/principal/user:a/b', '/principal/x%ZZ'],
    ...['/principal/robot%3Ax', '/principal/user%3Aa%0Ab', '/principal/user:\ud800', `user:${'é'.repeat(300)}`],
  ])('is not the principal %j', (value) =>
    expect(() => grantSubject('principal', value)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' })),
  );
  it.each(['', 'users', '*', 'User', '__proto__', '/principal/user%3Aalice'])('is not the kind %j', (value) =>
    expect(() => grantSubject('principal_kind', value)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' })),
  );
});
