import { describe, expect, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { ALICE, NOW, spawn, spawned, status } from '@app/testing/entity-examples.js';
import type { EntityGrant } from '../../access/grant.js';
import type { GiveGrant, RevokeGrant } from '../entity.commands.js';
import { entityDecider } from '../entity.decider.js';
import type { EntityEvent } from '../entity.events.js';

const given = deciderSpec(entityDecider);
const BOB = '/principal/user%3Abob';

const give = (fields: Partial<GiveGrant> = {}): GiveGrant => ({
  type: 'GiveGrant',
  now: NOW,
  commandId: '0b6f7c1e',
  by: ALICE,
  grant: { permission: 'read', subject: BOB },
  ...fields,
});
const revoke = (id: number): RevokeGrant => ({ type: 'RevokeGrant', now: NOW, id });
const grant = (id: number, fields: Partial<EntityGrant> = {}): EntityGrant => ({
  id,
  permission: 'read',
  subject: BOB,
  createdBy: ALICE,
  at: NOW,
  ...fields,
});
const granted = (id: number, fields: Partial<EntityGrant> = {}): EntityEvent => ({
  type: 'granted',
  data: grant(id, fields),
});
const revoked = (id: number): EntityEvent => ({ type: 'revoked', data: { id, at: NOW } });
const idsAfter = (...events: readonly EntityEvent[]): readonly number[] => {
  const { state } = given(spawned, ...events);
  return state.situation === 'absent' ? [] : (state.cold.grants ?? []).map(({ id }) => id);
};

describe('a grant', () => {
  it('is a fact of the entity, without anything public', () => {
    const { units, result } = given(spawned).when(give()).decided();
    expect(units).toEqual([{ items: [], events: [{ type: 'granted', data: grant(expect.any(Number) as never) }] }]);
    expect(result).toEqual({ kind: 'granted', grant: grant(expect.any(Number) as never) });
  });
  it('has a positive id that is the same when the same command is decided again', () => {
    const ids = [1, 2].map(() => given(spawned).when(give()).decided().result) as { grant: EntityGrant }[];
    expect(ids[0]?.grant.id).toBeGreaterThan(0);
    expect(Number.isSafeInteger(ids[0]?.grant.id)).toBe(true);
    expect(ids[1]).toEqual(ids[0]);
  });
  it('never has the id of another one, revoked ones included', () =>
    given(spawned, granted(9e15), revoked(9e15))
      .when(give())
      .then({ events: [granted(9e15 + 1)] }));
  it('is given beside an equal one', () => expect(idsAfter(granted(1), granted(2))).toEqual([1, 2]));
  it('takes the room of those that have expired', () =>
    expect(idsAfter(granted(1, { expiresAt: NOW }), granted(2, { expiresAt: NOW + 1 }), granted(3))).toEqual([2, 3]));
  it('is revoked', () => {
    given(spawned, granted(1))
      .when(revoke(1))
      .then({ units: [{ items: [], events: [revoked(1)] }] });
    expect(idsAfter(granted(1), granted(2), revoked(1))).toEqual([2]);
  });
  it('that is not there cannot be revoked', () => {
    given(spawned).when(revoke(1)).thenRejects('NOT_FOUND');
    given(spawned, granted(1), revoked(1)).when(revoke(1)).thenRejects('NOT_FOUND');
    given(spawned, granted(1, { expiresAt: NOW }))
      .when(revoke(1))
      .thenRejects('NOT_FOUND');
  });
  it.each(['stopping', 'stopped', 'killed'] as const)('is given and revoked on what is %s', (to) => {
    given(spawned, granted(1), status(to))
      .when(revoke(1))
      .then({ events: [revoked(1)], close: false });
    expect(idsAfter(status(to), granted(1), granted(2), revoked(1))).toEqual([2]);
  });
  it('needs an entity', () => {
    given().when(give()).thenRejects('NOT_FOUND');
    given().when(revoke(1)).thenRejects('NOT_FOUND');
  });
  it('has its place in the 20 KB that tags, grants and ancestors share', () => {
    const many = Array.from({ length: 200 }, (_, index) => granted(index + 1));
    given(spawned, ...many)
      .when(give())
      .thenRejects('INVALID_REQUEST');
  });
});

describe('the grants of a new entity', () => {
  const parent = (...grants: readonly EntityGrant[]) => ({ url: '/chat/1', ancestors: [], grants });
  const grantsOf = (fields: Parameters<typeof spawn>[0]): readonly EntityGrant[] | undefined => {
    const [event] =
      given()
        .when(spawn({ commandId: 'c', ...fields }))
        .decided().units[0]?.events ?? [];
    return event?.type === 'spawned' ? event.data.grants : undefined;
  };

  it('are those that were asked for, given by whoever spawns', () => {
    const asked = [
      { permission: 'read', subject: BOB },
      { permission: 'manage', subject: 'user', descendants: true, expiresAt: NOW },
    ] as const;
    const got = grantsOf({ grants: asked });
    expect(got).toEqual(asked.map((each) => ({ ...each, id: expect.any(Number), createdBy: ALICE, at: spawn().now })));
    expect(new Set(got?.map(({ id }) => id)).size).toBe(2);
  });
  it('are none without any', () => {
    expect(grantsOf({})).toBeUndefined();
    expect(grantsOf({ parent: parent(grant(1)) })).toBeUndefined();
  });
  it('begin with copies of what the parent grants to its children: for themselves, and to be copied again', () => {
    const copied = grant(5, { copyToChildren: true, descendants: true, createdBy: '/principal/user%3Acarol', at: 1 });
    const expired = grant(6, { copyToChildren: true, expiresAt: spawn().now });
    const lasting = grant(7, { copyToChildren: true, expiresAt: spawn().now + 1, subject: 'agent' });
    const got = grantsOf({ parent: parent(copied, grant(8), expired, lasting), createdBy: BOB });
    const own = { id: expect.any(Number), createdBy: BOB, at: spawn().now, permission: 'read', copyToChildren: true };
    expect(got).toEqual([
      { ...own, subject: BOB },
      { ...own, subject: 'agent', expiresAt: spawn().now + 1 },
    ]);
  });
  it('count from the beginning', () => {
    const event = given()
      .when(spawn({ commandId: 'c', grants: [{ permission: 'read', subject: BOB }] }))
      .decided().units[0]?.events[0];
    const { state } = given(event as EntityEvent);
    expect(state).toMatchObject({ cold: { grants: [{ subject: BOB }], lastGrant: expect.any(Number) } });
  });
});
