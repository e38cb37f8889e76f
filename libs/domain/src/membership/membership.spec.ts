import { describe, expect, it } from '@jest/globals';
import { hasTags, memberChange } from './members.js';
import { decideKeep, decideLeave, decideMembers, decideObserved, UNOBSERVED_MS } from './membership.decisions.js';
import {
  absentMembership,
  evolveMembership,
  membershipSnapshot,
  restoreMembership,
  type Membership,
  type MembershipEvent,
} from './membership.state.js';
import { hash64, refOfPath, sourceRef } from './source-ref.js';

const query = { tags: { team: 'blue' }, principal: '/principal/user%3Aalice', kind: 'user' };
const after = (state: Membership, decided: { units: readonly { events: readonly MembershipEvent[] }[] }): Membership =>
  decided.units.flatMap(({ events }) => events).reduce(evolveMembership, state);
const kept = after(absentMembership, decideKeep(absentMembership, query, 1_000));
const left = after(kept, decideLeave(kept, 1_000 + UNOBSERVED_MS));

describe('the reference of a membership stream', () => {
  it('is made of two 64-bit FNV-1a hashes', () => {
    expect(['', 'a', 'foobar'].map(hash64)).toEqual(['cbf29ce484222325', 'af63dc4c8601ec8c', '85944171f73967e8']);
    const [tags, principal] = sourceRef({ b: '2', a: '1' }, { kind: 'user', url: '/principal/user%3Aa' }).split('-');
    expect(tags).toBe(hash64('{"a":"1","b":"2"}'));
    expect(principal).toBe(hash64('{"principalKind":"user","principalUrl":"/principal/user%3Aa"}'));
  });

  it('hashes UTF-16 units, not bytes', () => {
    expect(hash64('\u0100')).toBe('af62bd4c860004df');
  });

  it('is found in its path only', () => {
    expect(refOfPath('_entities/x')).toBe('x');
    expect(['_entities', '_entities/x/y', 'entities/x', '_entities/'].map(refOfPath)).toEqual(Array(4).fill(undefined));
  });
});

describe('a membership stream', () => {
  it('is kept once it is asked for, and the same question asks for nothing new', () => {
    expect(kept).toEqual({ situation: 'kept', query, observedAt: 1_000, told: 0 });
    expect(decideKeep(kept, query, 1_001).units).toEqual([]);
  });

  it('is not shared by two questions that happen to have one reference', () => {
    const other = { ...query, principal: '/principal/user%3Amallory' };
    for (const state of [kept, left])
      expect(() => decideKeep(state, other, 2_000)).toThrow(expect.objectContaining({ code: 'STREAM_CONFLICT' }));
    expect(() => decideKeep(kept, { ...query, tags: {} }, 2_000)).toThrow();
  });

  it('is left when nobody reads it for long, and kept again when somebody asks', () => {
    expect(decideLeave(kept, 1_000 + UNOBSERVED_MS - 1).units).toEqual([]);
    expect(left.situation).toBe('left');
    expect(decideObserved(left, 9_000_000).units).toEqual([]);
    const again = { situation: 'kept', query, observedAt: 5_000, told: 0 };
    expect(after(left, decideKeep(left, query, 5_000))).toEqual(again);
  });

  it('writes down that it is read now and then only', () => {
    expect(decideObserved(kept, 1_000 + UNOBSERVED_MS / 10).units).toEqual([]);
    const read = after(kept, decideObserved(kept, 1_000 + UNOBSERVED_MS / 2));
    expect(decideLeave(read, 1_000 + UNOBSERVED_MS).units).toEqual([]);
  });

  it('takes members while it is kept, from whoever knows all that was told', () => {
    const item = { type: 'members', key: '/a/b', value: {}, headers: { operation: 'insert' } };
    const first = decideMembers(kept, 0, [item]);
    expect(first).toMatchObject({ units: [{ items: [item] }], result: 1 });
    const told = after(kept, first);
    expect(decideMembers(told, 0, [item])).toEqual({ units: [], result: undefined });
    expect(decideMembers(told, 1, [item]).result).toBe(2);
    for (const state of [absentMembership, left])
      expect(decideMembers(state, 0, [item])).toEqual({ units: [], result: undefined });
    expect(after(after(told, decideLeave(told, 9_000_000)), decideKeep(left, query, 9_000_001))).toMatchObject({
      situation: 'kept',
      told: 1,
    });
  });

  it('is the same after it was stored', () => {
    for (const state of [absentMembership, kept, left]) {
      const { hot, cold } = membershipSnapshot(state);
      expect(restoreMembership(hot, cold)).toEqual(state);
    }
  });

  it('refuses tags that nobody can have', () => {
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, n) => [`t${String(n)}`, '']));
    expect(() => decideKeep(absentMembership, { ...query, tags: many }, 0)).toThrow();
    expect(() => decideKeep(absentMembership, { ...query, tags: { a: '\0' } }, 0)).toThrow();
  });
});

describe('a member', () => {
  const at = '2026-01-02T03:04:05.678Z';
  const headers = (operation: string): object => ({ operation, timestamp: at });

  it('comes, changes and leaves, once each', () => {
    const common = { type: 'members', key: '/a/b' };
    expect(memberChange('/a/b', undefined, '{"n":1}', at)).toEqual({
      ...common,
      value: { n: 1 },
      headers: headers('insert'),
    });
    expect(memberChange('/a/b', '{"n":1}', '{"n":2}', at)).toEqual({
      ...common,
      value: { n: 2 },
      headers: headers('update'),
    });
    expect(memberChange('/a/b', '{"n":2}', undefined, at)).toEqual({
      ...common,
      old_value: { n: 2 },
      headers: headers('delete'),
    });
    expect(memberChange('/a/b', '{"n":2}', '{"n":2}', at)).toBeUndefined();
    expect(memberChange('/a/b', undefined, undefined, at)).toBeUndefined();
  });

  it('has every tag that is asked for, under names that objects inherit, too', () => {
    expect(hasTags({ a: '1', b: '2' }, { b: '2' })).toBe(true);
    expect(hasTags({ a: '1' }, {})).toBe(true);
    expect(hasTags({ a: '1' }, { a: '2' })).toBe(false);
    expect(hasTags({}, { constructor: 'x' })).toBe(false);
  });
});
