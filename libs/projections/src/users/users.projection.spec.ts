import { describe, expect, it } from '@jest/globals';
import { rowsAfter, type MessageSpec } from '@app/testing/projection-spec.js';
import { usersProjection } from './users.projection.js';

const path = 'principal/user%3Aa%40b/main';
const identity = (value: object) => ({ type: 'identity', key: 'self', value: { ...value }, headers: {} });
const spawned = (at: string): MessageSpec => ({
  path: at,
  events: [['spawned', { type: 'principal', at: 5 }]],
  items: [{ type: 'entity_created', key: 'entity-created', headers: {} }, identity({ kind: 'user' })],
});
const users = (...specs: readonly MessageSpec[]): unknown => rowsAfter(usersProjection, specs).users;

describe('the users', () => {
  it('are there from their first act on, with nothing but their id', () => {
    expect(users(spawned(path))).toEqual([
      expect.objectContaining({ id: '"a@b"', display_name: null, email: null, created_at: 5 }),
    ]);
    expect(users(spawned('principal/agent%3Aa/main'), spawned('chat/user/main'))).toBeUndefined();
  });

  it('are what the server says of them last', () => {
    const named = { display_name: 'A', email: 'a@b', claims: { admin: true } };
    expect(users(spawned(path), { path, items: [identity(named)] })).toEqual([
      expect.objectContaining({ display_name: '"A"', email: '"a@b"', profile: '{"admin":true}', created_at: 5 }),
    ]);
  });

  it('are not what a holder of a claim says of them', () => {
    const forged: MessageSpec = { path, events: [['posted', { epoch: 1 }]], items: [identity({ email: 'e@vil' })] };
    expect(users(spawned(path), forged)).toEqual([expect.objectContaining({ email: null })]);
  });
});
