import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { stateAfter } from '../kernel/decision.js';
import { entityTypeDecider, type AmendSchemas, type EntityTypeCommand } from './entity-type.decider.js';
import type { EntityTypeDocument, EntityTypeRegistration } from './entity-type.document.js';
import type { EntityTypeItem } from './entity-type.items.js';
import { principalType } from './principal-type.js';

const given = deciderSpec(entityTypeDecider);
const NOW = 1_767_323_045_678;
const ISO = '2026-01-02T03:04:05.678Z';
const text = { type: 'string' };

const register = (fields: Partial<EntityTypeRegistration> = {}, now = NOW): EntityTypeCommand => ({
  type: 'RegisterType',
  now,
  registration: { name: 'chat', description: 'talks', ...fields },
});
const amend = (fields: Partial<AmendSchemas> = {}): EntityTypeCommand => ({
  type: 'AmendSchemas',
  now: NOW,
  ...fields,
});
const remove: EntityTypeCommand = { type: 'DeleteType' };
const document = (fields: Partial<EntityTypeDocument> = {}): EntityTypeDocument => ({
  name: 'chat',
  description: 'talks',
  creation_schema: null,
  inbox_schemas: null,
  state_schemas: null,
  revision: 1,
  created_at: ISO,
  updated_at: ISO,
  ...fields,
});
const registered = (value: EntityTypeDocument, operation: 'insert' | 'update' = 'insert'): EntityTypeItem => ({
  type: 'entity_type_registered',
  key: value.name,
  value,
  headers: { operation },
});
const deleted: EntityTypeItem = { type: 'entity_type_deleted', key: 'chat', headers: { operation: 'delete' } };
const chat = registered(document({ inbox_schemas: { ask: text } }));

describe('registering a type', () => {
  it('stores the whole document as revision 1', () =>
    given()
      .when(register())
      .then({ items: [registered(document())], result: { kind: 'stored', document: document() } }));

  it('again replaces every field but the creation time, as the next revision', () => {
    const later = document({ state_schemas: { run: text }, revision: 2, updated_at: '2026-01-02T03:04:06.678Z' });
    given(chat)
      .when(register({ state_schemas: { run: text } }, NOW + 1000))
      .then({ items: [registered(later, 'update')] });
  });

  it('after a deletion starts at revision 1', () =>
    given(chat, deleted)
      .when(register())
      .then({ items: [registered(document())] }));

  it('sends the work of its entities to its endpoint, unless it says otherwise', () => {
    const byDefault = (fields: Partial<EntityTypeRegistration>): unknown => {
      const { result } = given().when(register(fields)).decided();
      return result.kind === 'stored' && result.document.default_dispatch_policy;
    };
    const runner = { targets: [{ type: 'runner', runnerId: 'r' }] } as const;
    expect(byDefault({ serve_endpoint: 'http://a' })).toEqual({ targets: [{ type: 'webhook', url: 'http://a' }] });
    expect(byDefault({ serve_endpoint: 'http://a', default_dispatch_policy: runner })).toEqual(runner);
    expect(byDefault({})).toBeUndefined();
  });

  it.each([
    ['no name', { name: '' }],
    ['no description', { description: undefined }],
    ['a reserved name', { name: 'principal' }],
    ['a name with a slash', { name: 'a/b' }],
    ['a foreign keyword', { creation_schema: { if: {} } }],
    [
      'a foreign keyword deep inside',
      { inbox_schemas: { a: { properties: { b: { anyOf: [{ uniqueItems: true }] } } } } },
    ],
    ['comments without their contract', { externally_writable_collections: { comments: { type: 'c' } } }],
    [
      'the contract of comments elsewhere',
      { externally_writable_collections: { notes: { type: 'c', contract: 'comments/v1' } } },
    ],
    ['schemas over 256 KB', { creation_schema: { description: 'x'.repeat(262_144) } }],
  ])('is refused with %s', (_name, fields) => given().when(register(fields)).thenRejects('INVALID_REQUEST'));

  it('is refused with slash commands that break a rule, and says which', () =>
    given()
      .when(register({ slash_commands: [{ name: 'Bad' }] }))
      .thenRejects('SCHEMA_VALIDATION_FAILED', [expect.objectContaining({ path: '/slash_commands/0/name' })]));

  it('accepts comments with their contract', () =>
    expect(() =>
      given()
        .when(
          register({
            externally_writable_collections: { comments: { type: 'state:comments', contract: 'comments/v1' } },
          }),
        )
        .decided(),
    ).not.toThrow());
});

describe('amending the schemas of a type', () => {
  it('adds to them as the next revision', () => {
    const next = document({ inbox_schemas: { ask: text, tell: text }, state_schemas: { run: text }, revision: 2 });
    given(chat)
      .when(amend({ inboxSchemas: { tell: text }, stateSchemas: { run: text } }))
      .then({ items: [{ type: 'entity_type_amended', key: 'chat', value: next, headers: { operation: 'update' } }] });
  });
  it('keeps everything else', () => {
    const collections = { notes: { type: 'state:notes' } };
    given(registered(document({ externally_writable_collections: collections })))
      .when(amend({ stateSchemas: {} }))
      .then({
        result: {
          kind: 'stored',
          document: document({ externally_writable_collections: collections, state_schemas: {}, revision: 2 }),
        },
      });
  });
  it('changes nothing when one key exists', () =>
    given(chat)
      .when(amend({ inboxSchemas: { tell: text, ask: text } }))
      .thenRejects('SCHEMA_KEY_EXISTS'));
  it('is not found without a type, whatever it adds', () =>
    given()
      .when(amend({ inboxSchemas: { a: { if: {} } } }))
      .thenRejects('NOT_FOUND'));
  it('is refused with a foreign keyword', () =>
    given(chat)
      .when(amend({ inboxSchemas: { a: { if: {} } } }))
      .thenRejects('INVALID_REQUEST'));
  it('takes a key called constructor for new', () =>
    given(chat)
      .when(amend({ inboxSchemas: { constructor: text } }))
      .then({ close: false }));
});

describe('deleting a type', () => {
  it('leaves nothing', () =>
    given(chat)
      .when(remove)
      .then({ items: [deleted], result: { kind: 'deleted' } }));
  it('twice is not found', () => given(chat, deleted).when(remove).thenRejects('NOT_FOUND'));
});

describe('the built-in type', () => {
  const ensure: EntityTypeCommand = { type: 'EnsureBuiltInType', now: NOW, registration: principalType };
  const { units } = given().when(ensure).decided();
  const history = units.flatMap(({ events }) => events);

  it('is registered once', () => {
    expect(history).toHaveLength(1);
    given(...history)
      .when(ensure)
      .thenNothing();
  });
  it('cannot be changed', () => {
    given(...history)
      .when(amend({ inboxSchemas: { a: text } }))
      .thenRejects('INVALID_REQUEST');
    given(...history)
      .when(remove)
      .thenRejects('INVALID_REQUEST');
    given(...history)
      .when(register({ name: 'principal' }))
      .thenRejects('INVALID_REQUEST');
  });
});

it('a type, whatever happens to it, counts its revisions from 1 and never loses a schema to an amendment', () => {
  const keys = fc.subarray(['a', 'b', 'c']).map((names) => Object.fromEntries(names.map((name) => [name, text])));
  const command = fc.oneof(
    keys.map((inbox_schemas) => register({ inbox_schemas })),
    { weight: 3, arbitrary: keys.map((inboxSchemas) => amend({ inboxSchemas })) },
    fc.constant(remove),
  );
  fc.assert(
    fc.property(fc.array(command), (commands) => {
      let state = entityTypeDecider.initial;
      for (const c of commands) {
        const before = state;
        try {
          state = stateAfter(entityTypeDecider.evolve, state, entityTypeDecider.decide(state, c).units);
        } catch (error) {
          expect(error).toHaveProperty('code');
          continue;
        }
        if (state) expect(state.document.revision).toBe((before?.document.revision ?? 0) + 1);
        if (c.type === 'AmendSchemas')
          expect(state?.document.inbox_schemas).toMatchObject(before?.document.inbox_schemas ?? {});
      }
    }),
  );
});
