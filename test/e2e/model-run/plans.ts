/*
 * What clients intend to do: commands in which tokens, ids and numbers that only the server or the moment can give are still
 * open. Made of fast-check arbitraries, so that a seed makes the same ones again.
 */
import fc from 'fast-check';
import { DEVELOPER, urlOf } from '../model/access.js';
import { SIGNALS, type Ask, type ListFilter } from '../model/commands.js';
import type { Gift, Schema, TypeFields } from '../model/state.js';

/** Of a sequence: its names are its own, so that many run beside each other. */
export interface Names {
  readonly types: readonly string[];
  /** URLs. */
  readonly entities: readonly string[];
}

type Open<K extends Ask['kind'], Names extends string> = Omit<Extract<Ask, { readonly kind: K }>, Names>;

export type Proof = 'newest' | 'older' | 'forged';

export type Intent =
  | Exclude<Ask, { readonly kind: 'release' | 'append' | 'revoke' | 'revoke-type' | 'listed' | 'stored' }>
  /** With the newest claim anybody was given, an older one, or none that ever was. */
  | (Open<'release', 'epoch' | 'token'> & { readonly proof: Proof })
  | (Open<'append', 'epoch' | 'token' | 'producer'> & {
      readonly proof: Proof;
      readonly as?: 'next' | 'duplicate' | 'gap' | 'old epoch' | 'new epoch' | 'new epoch, late';
    })
  /** The nth grant that anybody was told of, or one that never was. */
  | (Open<'revoke', 'id'> & { readonly nth: number })
  | (Open<'revoke-type', 'id'> & { readonly nth: number })
  | { readonly kind: 'list'; readonly filter: ListFilter }
  /** Something sent before, again under its key. `other`: with something else in it. */
  | { readonly kind: 'again'; readonly nth: number; readonly other: boolean };

export interface Plan {
  readonly intent: Intent;
  readonly who: string;
  readonly gateway: 0 | 1;
  /** Sent under an Idempotency-Key although it could be sent again without. */
  readonly keyed: boolean;
}

export const PEOPLE = [DEVELOPER, 'user:alice', 'user:bob', 'agent:carol'] as const;
const [, ALICE, BOB, CAROL] = PEOPLE;
const PERMISSIONS = ['read', 'write', 'delete', 'signal', 'spawn', 'manage'];

const ANYTHING: Schema = {};
const NUMBERED: Schema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
const NAMED: Schema = { type: 'object', properties: { s: { type: 'string' } } };
const schema = fc.constantFrom(ANYTHING, NUMBERED, NAMED);
const perhaps = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const value = fc.constantFrom<unknown>({ n: 1 }, { n: 2, s: 'a' }, { n: 'x' }, {}, { s: 3 }, { s: 'b' });
const payload = fc.oneof(
  { weight: 4, arbitrary: value },
  fc.constantFrom<unknown>(null, 7, 'text', [1, { a: 2 }], 'ö\u2028'),
);
const messageType = fc.constantFrom('m', 'ask', 'none');
const eventType = fc.constantFrom('state:notes', 'state:notes', 'text', 'none');
const key = fc.constantFrom('a', 'b', 'c d/ü');

const gift = (permissions: readonly string[]): fc.Arbitrary<Gift> =>
  fc
    .record({
      subject: fc.oneof(
        fc.constantFrom(ALICE, BOB, CAROL).map((who) => ({
          subject_kind: 'principal' as const,
          subject_value: urlOf(who),
        })),
        fc
          .constantFrom('user', 'agent')
          .map((kind) => ({ subject_kind: 'principal_kind' as const, subject_value: kind })),
      ),
      permission: fc.constantFrom(...permissions),
      expires_at: fc.oneof(
        { weight: 5, arbitrary: fc.constant(undefined) },
        fc.constantFrom('2020-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z'),
      ),
    })
    .map(({ subject, permission, expires_at }) => ({ ...subject, permission, ...(expires_at && { expires_at }) }));

export const entityGift = fc
  .record({
    given: gift(PERMISSIONS),
    propagation: perhaps(fc.constantFrom('self' as const, 'descendants' as const)),
    copy: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ given, propagation, copy }): Gift => ({
    ...given,
    ...(propagation && { propagation }),
    ...(copy === 0 && { copy_to_children: true }),
  }));

const schemas = fc
  .record({ m: perhaps(schema), ask: perhaps(schema) })
  .map(({ m, ask }) => ({ ...(m && { m }), ...(ask && { ask }) }));
const stateSchemas = fc
  .record({ notes: perhaps(schema), text: perhaps(schema) })
  .map(({ notes, text }) => ({ ...(notes && { 'state:notes': notes }), ...(text && { text }) }));

/** Fields of a type; without those that are undefined. */
export const fieldsOf = (name: string): fc.Arbitrary<TypeFields> =>
  fc
    .record({
      description: fc.constantFrom('one', 'another'),
      creation_schema: perhaps(schema),
      inbox_schemas: perhaps(schemas),
      state_schemas: perhaps(stateSchemas),
      externally_writable_collections: perhaps(
        fc.constantFrom(
          { notes: { type: 'state:notes', operations: ['insert', 'update', 'delete'] } },
          { notes: { type: 'state:notes' } },
        ),
      ),
    })
    .map((fields) => ({ name, ...(JSON.parse(JSON.stringify(fields)) as Omit<TypeFields, 'name'>) }));

const proof = fc.constantFrom<Proof>('newest', 'newest', 'newest', 'newest', 'newest', 'older', 'forged');
const index = fc.nat({ max: 40 });

const onType = (name: string): readonly (readonly [number, fc.Arbitrary<Intent>])[] => [
  [
    3,
    fc.record({
      kind: fc.constant('register' as const),
      fields: fieldsOf(name),
      grants: perhaps(fc.array(gift(['spawn', 'manage']), { maxLength: 2 })),
    }),
  ],
  [2, fc.record({ kind: fc.constant('amend' as const), name: fc.constant(name), inbox: schemas, state: stateSchemas })],
  [1, fc.record({ kind: fc.constant('delete-type' as const), name: fc.constant(name) })],
  [3, fc.record({ kind: fc.constant('get-type' as const), name: fc.constant(name) })],
  [
    2,
    fc.record({ kind: fc.constant('grant-type' as const), name: fc.constant(name), grant: gift(['spawn', 'manage']) }),
  ],
  [1, fc.record({ kind: fc.constant('revoke-type' as const), name: fc.constant(name), nth: index })],
  [1, fc.record({ kind: fc.constant('type-grants' as const), name: fc.constant(name) })],
];

const onEntity = (url: string, { types, entities }: Names): readonly (readonly [number, fc.Arbitrary<Intent>])[] => {
  const at = { url: fc.constant(url) };
  const signalled = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...SIGNALS.filter((name) => name !== 'SIGKILL')) },
    fc.constantFrom('SIGKILL' as const, 'SIGX' as const),
  );
  const filter = fc.record(
    {
      type: fc.constantFrom(...types),
      status: perhaps(fc.constantFrom('idle', 'paused', 'killed', 'nonsense')),
      parent: perhaps(fc.constantFrom(...entities)),
      created_by: perhaps(fc.constantFrom(urlOf(ALICE), urlOf(BOB))),
    },
    { requiredKeys: ['type'] },
  );
  return [
    [
      5,
      fc.record({
        kind: fc.constant('spawn' as const),
        ...at,
        args: perhaps(fc.constantFrom({ n: 1 }, { n: 1, s: 'a' }, { n: 'x' }, {})),
        tags: perhaps(
          fc.constantFrom<Readonly<Record<string, unknown>>>(
            {},
            { a: '1' },
            { b: '2' },
            { a: '1', b: '2' },
            { b: '3' },
            { a: 1 },
          ),
        ),
        parent: fc.option(fc.constantFrom(...entities), { nil: undefined, freq: 1 }),
        grants: perhaps(fc.array(entityGift, { maxLength: 2 })),
        message: perhaps(
          fc.record({ payload, type: perhaps(messageType) }).map(({ payload: sent, type }) => ({
            payload: sent,
            ...(type !== undefined && { type }),
          })),
        ),
      }),
    ],
    [4, fc.record({ kind: fc.constant('get' as const), ...at })],
    [1, fc.record({ kind: fc.constant('head' as const), ...at })],
    [4, fc.record({ kind: fc.constant('read' as const), ...at })],
    [3, fc.record({ kind: fc.constant('list' as const), filter })],
    [
      9,
      fc.record({
        kind: fc.constant('send' as const),
        ...at,
        payload: fc.oneof({ weight: 8, arbitrary: payload }, fc.constant(undefined)),
        key: perhaps(key),
        type: perhaps(messageType),
        mode: perhaps(
          fc.constantFrom(
            'immediate' as const,
            'queued' as const,
            'paused' as const,
            'steer' as const,
            'loud' as const,
          ),
        ),
        position: perhaps(fc.constantFrom('p1', 'p2')),
        from: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, fc.constantFrom(urlOf(ALICE), urlOf(BOB))),
      }),
    ],
    [
      7,
      fc.record({
        kind: fc.constant('signal' as const),
        ...at,
        signal: signalled,
        reason: perhaps(fc.constant('why')),
      }),
    ],
    [0.4, fc.record({ kind: fc.constant('kill' as const), ...at })],
    [
      5,
      fc.record({
        kind: fc.constant('tag' as const),
        ...at,
        key,
        value: fc.constantFrom<unknown>('1', '2', '1', '2', 3),
      }),
    ],
    [2, fc.record({ kind: fc.constant('untag' as const), ...at, key })],
    [
      3,
      fc.record({
        kind: fc.constant('edit' as const),
        ...at,
        key,
        payload: perhaps(payload),
        position: perhaps(fc.constant('p3')),
        mode: perhaps(fc.constantFrom('queued' as const, 'steer' as const)),
        status: perhaps(
          fc.constantFrom('pending' as const, 'processed' as const, 'cancelled' as const, 'done' as const),
        ),
      }),
    ],
    [1, fc.record({ kind: fc.constant('delete-message' as const), ...at, key })],
    [
      5,
      fc.record({
        kind: fc.constant('write' as const),
        ...at,
        collection: fc.constantFrom('notes', 'notes', 'notes', 'other'),
        operation: fc.constantFrom(
          'insert' as const,
          'insert' as const,
          'update' as const,
          'delete' as const,
          'upsert' as const,
        ),
        key: perhaps(key),
        value: perhaps(value),
      }),
    ],
    [5, fc.record({ kind: fc.constant('claim' as const), ...at })],
    [3, fc.record({ kind: fc.constant('release' as const), ...at, proof })],
    [
      9,
      fc.record({
        kind: fc.constant('append' as const),
        ...at,
        events: fc.array(fc.record({ type: eventType, key, value }), { minLength: 1, maxLength: 3 }),
        proof,
        as: perhaps(
          fc.constantFrom('next', 'next', 'next', 'duplicate', 'gap', 'old epoch', 'new epoch', 'new epoch, late'),
        ),
      }),
    ],
    [5, fc.record({ kind: fc.constant('grant' as const), ...at, grant: entityGift })],
    [2, fc.record({ kind: fc.constant('revoke' as const), ...at, nth: index })],
    [2, fc.record({ kind: fc.constant('grants' as const), ...at })],
    [5, fc.record({ kind: fc.constant('again' as const), nth: index, other: fc.boolean() })],
  ];
};

const weighted = <T>(choices: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight: Math.ceil(weight * 10), arbitrary })));

export const planOf = (names: Names): fc.Arbitrary<Plan> =>
  fc.record({
    intent: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...names.types).chain((name) => weighted(onType(name))) },
      { weight: 7, arbitrary: fc.constantFrom(...names.entities).chain((url) => weighted(onEntity(url, names))) },
    ),
    who: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(DEVELOPER, DEVELOPER, ALICE) }, fc.constantFrom(...PEOPLE)),
    gateway: fc.constantFrom(0 as const, 1 as const),
    keyed: fc.boolean(),
  });
