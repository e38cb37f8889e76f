import { entityTypeSubject } from '@app/contracts';
import type { JsonObject } from '@app/domain';
import type { Projected } from '@app/projections';
import type { Json } from '@app/streams';
import { messageOf, TENANT, type MessageSpec } from '@app/testing/projection-spec.js';

const BORN = 1_767_000_000_000;
const ALICE = '/principal/user%3Aalice';

type Grant = JsonObject & { readonly id: number };

const grant = (id: number, permission: string, subject: string, expiresAt?: number): Grant => ({
  ...{ id, permission, subject, createdBy: ALICE, at: BORN + id },
  ...(expiresAt !== undefined && { expiresAt }),
});

const read = grant(1, 'read', 'user');
const manage = grant(2, 'manage', '/principal/agent%3Ab');
const again = grant(3, 'manage', 'user');
const write = grant(4, 'write', 'service');
const timed = grant(5, 'read', 'agent', BORN + 1_000);

// By bytes, by UTF-16 and as names of an object they come in three different orders.
const TAGS = {
  '10': 'ten',
  '9': 'nine',
  a: '1',
  'a!': '2',
  '\u{1F600}': '3',
  '\uFFEE': '4',
  'q"\\': '\0',
  '\uD800': '',
};

const path = (name: string): string => `chat/${name}/main`;

const spawned = (name: string, tags: JsonObject = {}, grants: readonly Grant[] = []): MessageSpec => ({
  path: path(name),
  events: [
    [
      'spawned',
      {
        ...{ type: 'chat', revision: 1, typeSeq: 1, ancestors: ['/chat/plain'], createdBy: ALICE, tags, at: BORN },
        ...(grants.length > 0 && { grants }),
      },
    ],
  ],
  items: [{ type: 'entity_created', key: 'entity-created', value: {} }],
});

/** Like every message that changes tags or grants, it has all of them. */
const changed = (
  name: string,
  event: readonly [type: string, data: Json],
  cold: { readonly tags?: JsonObject; readonly grants?: readonly Grant[] },
): MessageSpec => ({ path: path(name), events: [event], cold: { createdAt: BORN, tags: {}, ...cold } });

const later = BORN + 60_000;

const entities: readonly MessageSpec[] = [
  spawned('plain'),
  spawned('tagged', TAGS),
  spawned('shared', {}, [read, manage, again, write]),
  spawned('changing', { team: 'a' }),
  changed('changing', ['tagged', { key: 'b', value: '2', at: later }], { tags: { team: 'a', b: '2' } }),
  changed('changing', ['untagged', { key: 'team', at: later }], { tags: { b: '2' } }),
  changed('changing', ['granted', write], { tags: { b: '2' }, grants: [write] }),
  changed('changing', ['granted', read], { tags: { b: '2' }, grants: [write, read] }),
  changed('changing', ['granted', manage], { tags: { b: '2' }, grants: [write, read, manage] }),
  changed('changing', ['revoked', { id: 1, at: later }], { tags: { b: '2' }, grants: [write, manage] }),
  { path: path('changing'), events: [['status', { status: 'running', at: later }]] },
  spawned('ending'),
  changed('ending', ['granted', timed], { grants: [timed] }),
  // Its first grant had ended when it got the second.
  spawned('ended', {}, [timed]),
  changed('ended', ['granted', { ...manage, id: 6, at: later }], { grants: [{ ...manage, id: 6, at: later }] }),
];

const notes = (
  seq: number,
  path: string,
  begin: number,
  prev: number,
  kind: 'commit' | 'tombstone' = 'commit',
): Projected => {
  const { address, message } = messageOf(seq, { path, items: kind === 'commit' ? [seq] : [] });
  return { address, message: { ...message, kind, prev, state: { ...message.state, incarnation: begin } } };
};

/** Plain streams of which one lives, one is gone and one lives again. */
const streams = (after: number): readonly Projected[] => [
  notes(after + 1, 'notes/alive', after + 1, 0),
  notes(after + 2, 'notes/alive', after + 1, after + 1),
  notes(after + 3, 'notes/gone', after + 3, 0),
  notes(after + 4, 'notes/gone', after + 3, after + 3, 'tombstone'),
  notes(after + 5, 'notes/again', after + 5, 0),
  notes(after + 6, 'notes/again', after + 5, after + 5, 'tombstone'),
  notes(after + 7, 'notes/again', after + 7, after + 6),
];

/** What happened to entities and plain streams, in log order. */
export const pastOfEntities: readonly Projected[] = [
  ...entities.map((spec, index) => messageOf(index + 1, spec)),
  ...streams(entities.length),
];

const typeMessage = (seq: number, name: string, event: string, value: JsonObject): Projected => {
  const { message } = messageOf(seq, { path: name, items: [{ type: event, value, grants: [] }] });
  const subject = entityTypeSubject(TENANT, name);
  return { address: { kind: 'type', tenant: TENANT, path: name }, message: { ...message, subject } };
};

const schema = { note: { type: 'object', description: 'ü "x"', 'x-first': 1 } };

/** What was said about entity types; "odd" says what PostgreSQL cannot look into. */
export const pastOfTypes: readonly Projected[] = [
  typeMessage(1, 'chat', 'entity_type_registered', { name: 'chat', revision: 1, state_schemas: schema }),
  typeMessage(2, 'job', 'entity_type_registered', { name: 'job', revision: 1, inbox_schemas: null }),
  typeMessage(3, 'chat', 'entity_type_amended', {
    name: 'chat',
    revision: 2,
    inbox_schemas: schema,
    state_schemas: schema,
  }),
  typeMessage(4, 'odd', 'entity_type_registered', { name: 'odd', revision: 1, inbox_schemas: { x: { title: '\0' } } }),
];
