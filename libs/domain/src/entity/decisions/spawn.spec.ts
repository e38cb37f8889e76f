import { describe, expect, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { ALICE, spawn, spawned, status, T0, T0_ISO } from '@app/testing/entity-examples.js';
import type { WakeRegistered } from '../../wake/registration.js';
import { entityDecider } from '../entity.decider.js';

const given = deciderSpec(entityDecider);
const insert = { operation: 'insert' };
const created = (value: object = {}): object => ({
  type: 'entity_created',
  key: 'entity-created',
  value: { entity_type: 'chat', timestamp: T0_ISO, args: {}, ...value },
  headers: insert,
});
const wake: WakeRegistered = {
  key: 'k',
  subscriber: '/chat/parent',
  source: '/chat/1',
  condition: 'runFinished',
  debounceMs: 0,
  timeoutMs: 0,
  includeResponse: true,
  at: T0_ISO,
};
const initialMessage = { key: 'm0', txid: 'tx-0', from: ALICE, payload: 'hi', messageType: 'ask' };
const inbox = {
  type: 'inbox',
  key: 'm0',
  value: {
    from: ALICE,
    payload: 'hi',
    timestamp: T0_ISO,
    mode: 'immediate',
    status: 'processed',
    processed_at: T0_ISO,
    message_type: 'ask',
  },
  headers: { txid: 'tx-0', operation: 'insert' },
};

describe('spawning an entity', () => {
  it('creates it with one log entry', () =>
    given()
      .when(spawn())
      .then({ units: [{ items: [created()] as never, events: [spawned] }], close: false }));

  it('leaves it idle', () => expect(given(spawned).state).toMatchObject({ situation: 'live', status: 'idle' }));

  it('records args in the public item only, and its lineage nearest first', () =>
    given()
      .when(spawn({ args: { a: 1 }, parent: { url: '/chat/p', ancestors: ['/chat/g'] }, tags: { team: 'x' } }))
      .then({
        items: [created({ args: { a: 1 }, parent_url: '/chat/p' })],
        events: [
          {
            type: 'spawned',
            data: {
              ...(spawned.data as object as { type: string; revision: number; typeSeq: number; createdBy: string }),
              parent: '/chat/p',
              ancestors: ['/chat/p', '/chat/g'],
              tags: { team: 'x' },
              at: T0,
              hasArgs: true,
            },
          },
        ],
      }));

  it('announces the static slash commands of the type in the same log entry', () => {
    const { units } = given()
      .when(spawn({ slashCommands: [{ name: 'fix', description: 'repairs' }] }))
      .decided();
    expect(units.map(({ items }) => items)).toEqual([
      [
        created(),
        {
          type: 'slash_command',
          key: 'fix',
          value: { name: 'fix', description: 'repairs', source: 'static', updated_at: T0_ISO },
          headers: insert,
        },
      ],
    ]);
  });

  it('registers who waits for it before anything can happen to it', () =>
    given()
      .when(spawn({ wake }))
      .then({ events: [spawned, { type: 'registered', data: wake }] }));

  it('sends the initial message as a log entry of its own', () => {
    const { units, result } = given().when(spawn({ initialMessage })).decided();
    expect(units.map(({ items }) => items)).toEqual([[created()], [inbox]]);
    expect(result).toEqual({ kind: 'spawned' });
  });

  it('survives the refusal of its initial message, and tells it', () => {
    const refusing = spawn({ initialMessage, validate: (kind) => (kind === 'inbox' ? 'unknown' : []) });
    given()
      .when(refusing)
      .then({
        items: [created()],
        result: { kind: 'spawned', rejected: expect.objectContaining({ code: 'UNKNOWN_MESSAGE_TYPE' }) as never },
      });
  });

  it('introduces a principal', () => {
    const identity = { kind: 'user', id: 'alice' };
    const { units } = given()
      .when(spawn({ entityType: 'principal', identity }))
      .decided();
    expect(units[1]?.items).toEqual([{ type: 'identity', key: 'self', value: identity, headers: insert }]);
  });

  it.each(['idle', 'running', 'stopping', 'stopped', 'killed'] as const)('is refused where one is %s', (situation) =>
    given(spawned, status(situation)).when(spawn()).thenRejects('DUPLICATE_URL'),
  );

  it('is refused when the args do not match, before anybody asks whether the URL is free', () => {
    const violations = [{ path: '/a', message: 'must be string' }];
    const command = spawn({ args: { a: 1 }, validate: (kind) => (kind === 'creation' ? violations : []) });
    given(spawned).when(command).thenRejects('SCHEMA_VALIDATION_FAILED', violations);
  });

  it('validates no args that are not there', () =>
    expect(() =>
      given()
        .when(spawn({ validate: () => [{ path: '/', message: 'must have a' }] }))
        .decided(),
    ).not.toThrow());

  it.each([
    ['more than 128 tags', { tags: Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`t${String(i)}`, ''])) }],
    ['tags that do not fit in a header', { tags: { big: 'x'.repeat(21_000) } }],
    ['tags that do not fit in a header once escaped', { tags: { big: 'é'.repeat(4000) } }],
    [
      'a lineage that does not fit in a header',
      { parent: { url: '/a/b', ancestors: Array(60).fill(`/a/${'b'.repeat(400)}`) } },
    ],
    ['a tag whose key no read model can look up', { tags: { ['k'.repeat(1000)]: '' } }],
    ['a tag that no read model can keep', { tags: { a: '\0' } }],
    ['args that no read model can keep', { args: { list: ['\ud800'] } }],
    ['args over 256 KB', { args: { text: 'x'.repeat(262_144) } }],
    ['a wake condition without measure', { wake: { ...wake, manifestKey: 'x'.repeat(5000) } }],
  ])('is refused with %s', (_name, fields) => given().when(spawn(fields)).thenRejects('INVALID_REQUEST'));
});
