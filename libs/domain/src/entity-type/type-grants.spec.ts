import { describe, expect, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { ALICE, NOW, NOW_ISO } from '@app/testing/entity-examples.js';
import type { AskedTypeGrant, TypeGrant } from '../access/grant.js';
import { entityTypeDecider, type EntityTypeCommand } from './entity-type.decider.js';
import type { EntityTypeDocument } from './entity-type.document.js';
import type { EntityTypeItem } from './entity-type.items.js';
import type { EntityTypeState } from './entity-type.state.js';

const given = deciderSpec(entityTypeDecider);
const by = { now: NOW, by: ALICE, commandId: 'c' };
const asked: AskedTypeGrant = { permission: 'spawn', subject: 'user' };
const other: AskedTypeGrant = { permission: 'manage', subject: ALICE, expiresAt: NOW + 1 };

const document: EntityTypeDocument = {
  name: 'chat',
  description: 'talks',
  creation_schema: null,
  inbox_schemas: null,
  state_schemas: null,
  revision: 1,
  created_at: NOW_ISO,
  updated_at: NOW_ISO,
};
const grant = (id: number, more: Partial<TypeGrant> = {}): TypeGrant => ({
  ...asked,
  id,
  createdBy: ALICE,
  at: NOW,
  ...more,
});
const registered = (...grants: readonly TypeGrant[]): EntityTypeItem => ({
  type: 'entity_type_registered',
  key: 'chat',
  value: document,
  ...(grants.length === 0 ? {} : { grants, lastGrant: Math.max(...grants.map(({ id }) => id)) }),
  headers: { operation: 'insert' },
});
const register = (...grants: readonly AskedTypeGrant[]): EntityTypeCommand => ({
  type: 'RegisterType',
  now: NOW,
  registration: { name: 'chat', description: 'talks' },
  grants,
  by,
});
const give: EntityTypeCommand = { type: 'GrantType', by, grant: asked };

const after = (history: readonly EntityTypeItem[], command: EntityTypeCommand): EntityTypeState =>
  given(...history)
    .when(command)
    .decided()
    .units.flatMap(({ events }) => events)
    .reduce(entityTypeDecider.evolve, given(...history).state);
const grantsAfter = (history: readonly EntityTypeItem[], command: EntityTypeCommand): readonly TypeGrant[] =>
  after(history, command)?.grants ?? [];

describe('the grants of a registration', () => {
  it('are given once each, in the item of the registration', () => {
    const [item] =
      given()
        .when(register(asked, other, asked))
        .decided().units[0]?.items ?? [];
    const ids = [expect.any(Number), expect.any(Number)];
    expect(item).toMatchObject({
      type: 'entity_type_registered',
      grants: [
        { ...asked, id: ids[0], createdBy: ALICE, at: NOW },
        { ...other, id: ids[1], createdBy: ALICE, at: NOW },
      ],
    });
  });
  it('are given unless the type has the same ones', () =>
    expect(grantsAfter([registered(grant(1))], register(asked, other))).toMatchObject([grant(1), other]));
  it('leave what was granted before', () => {
    expect(grantsAfter([registered(grant(1))], register())).toEqual([grant(1)]);
    expect(grantsAfter([registered(grant(1))], register(other))).toMatchObject([grant(1), other]);
  });
  it('are gone with the type', () => {
    const deleted: EntityTypeItem = { type: 'entity_type_deleted', key: 'chat', headers: { operation: 'delete' } };
    expect(grantsAfter([registered(grant(1)), deleted], register())).toEqual([]);
  });
});

describe('a grant on a type', () => {
  it('is said with the whole document, whose revision stays', () => {
    given(registered())
      .when(give)
      .then({
        items: [
          {
            type: 'entity_type_granted',
            key: 'chat',
            value: document,
            grants: [grant(expect.any(Number) as never)],
            lastGrant: expect.any(Number),
            headers: { operation: 'update' },
          },
        ],
      });
    expect(after([registered()], give)?.document).toEqual(document);
  });
  it('is given beside an equal one, under an id of its own, for ever', () => {
    expect(grantsAfter([registered(grant(9e15))], give).map(({ id }) => id)).toEqual([9e15, 9e15 + 1]);
    const revoked = after([registered(grant(9e15))], { type: 'RevokeTypeGrant', now: NOW, id: 9e15 });
    const [item] =
      given(registered(grant(9e15)))
        .when({ type: 'RevokeTypeGrant', now: NOW, id: 9e15 })
        .decided().units[0]?.items ?? [];
    expect(revoked?.grants).toEqual([]);
    expect(grantsAfter([item as never], give).map(({ id }) => id)).toEqual([9e15 + 1]);
  });
  it('takes the room of those that have expired', () =>
    expect(grantsAfter([registered(grant(1, { expiresAt: NOW }))], give)).toHaveLength(1));
  it('survives an amendment', () =>
    expect(grantsAfter([registered(grant(1))], { type: 'AmendSchemas', now: NOW, stateSchemas: {} })).toEqual([
      grant(1),
    ]));
  it('is one of so many as fit 64 KB', () => {
    const many = Array.from({ length: 800 }, (_, id) => grant(id + 1));
    given(registered(...many))
      .when(give)
      .thenRejects('INVALID_REQUEST');
  });
  it('needs a type, and is revoked only when it is there', () => {
    given().when(give).thenRejects('NOT_FOUND');
    given().when({ type: 'RevokeTypeGrant', now: NOW, id: 1 }).thenRejects('NOT_FOUND');
    given(registered(grant(1)))
      .when({ type: 'RevokeTypeGrant', now: NOW, id: 2 })
      .thenRejects('NOT_FOUND');
    given(registered(grant(1, { expiresAt: NOW })))
      .when({ type: 'RevokeTypeGrant', now: NOW, id: 1 })
      .thenRejects('NOT_FOUND');
  });
});
