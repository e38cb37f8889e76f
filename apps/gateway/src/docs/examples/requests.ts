/*
 * One conversation, from registering its type to its end: every operation is asked once for each way it succeeds. A test
 * sends them in this order to a real server; what it answered is in `answers.ts`.
 */
export interface ExampleRequest {
  readonly operation: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** `$name` is what an earlier answer was kept under. */
  readonly path: string;
  readonly body?: unknown;
  /** Sent as a form; `file` is the content of the file. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent with the token of the claim. */
  readonly claimed?: true;
  /** Members of the answer that later requests name, by the name they use. */
  readonly keep?: Readonly<Record<string, string>>;
}

const TYPES = '/v1/entity-types';
const TYPE = `${TYPES}/chat`;
const ENTITY = '/v1/entities/chat/42';
const CHILD = '/v1/entities/chat/43';
const STREAM = '/v1/stream/logs/today';

export const ALICE = 'user:alice';
const BOB = '/principal/user%3Abob';

const CHAT = {
  name: 'chat',
  description: 'A conversation',
  creation_schema: { type: 'object', properties: { topic: { type: 'string' } } },
  inbox_schemas: { note: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } },
  state_schemas: { todo: { type: 'object', properties: { title: { type: 'string' }, done: { type: 'boolean' } } } },
  externally_writable_collections: { todos: { type: 'todo', operations: ['insert', 'update'] } },
  slash_commands: [{ name: 'summarize', description: 'Says what was said' }],
  permission_grants: [{ subject_kind: 'principal', subject_value: '/principal/user%3Aalice', permission: 'manage' }],
};

const HOTEL = { type: 'todo', key: 'hotel', value: { title: 'Book a hotel' }, headers: { operation: 'insert' } };

const ITINERARY = {
  id: 'itinerary',
  file: 'Reykjavik, Akureyri',
  filename: 'itinerary.txt',
  mimeType: 'text/plain',
  role: 'input',
  subject: '{"type":"inbox","key":"m-1"}',
};

const HEALTH: readonly ExampleRequest[] = [
  { operation: 'health.check', method: 'GET', path: '/v1/health' },
  { operation: 'health.live', method: 'GET', path: '/health/live' },
  { operation: 'health.ready', method: 'GET', path: '/health/ready' },
];

const ENTITY_TYPES: readonly ExampleRequest[] = [
  { operation: 'entityTypes.register', method: 'POST', path: TYPES, body: CHAT },
  { operation: 'entityTypes.get', method: 'GET', path: TYPE },
  { operation: 'entityTypes.list', method: 'GET', path: TYPES },
  {
    operation: 'entityTypes.amend',
    method: 'PATCH',
    path: `${TYPE}/schemas`,
    body: { inbox_schemas: { photo: { type: 'object', properties: { url: { type: 'string' } } } } },
  },
  {
    operation: 'typeGrants.give',
    method: 'POST',
    path: `${TYPE}/grants`,
    body: { subject_kind: 'principal_kind', subject_value: 'agent', permission: 'spawn' },
    keep: { typeGrant: 'id' },
  },
  { operation: 'typeGrants.list', method: 'GET', path: `${TYPE}/grants` },
  { operation: 'typeGrants.revoke', method: 'DELETE', path: `${TYPE}/grants/$typeGrant` },
];

const ENTITIES: readonly ExampleRequest[] = [
  {
    operation: 'entities.spawn',
    method: 'PUT',
    path: ENTITY,
    body: {
      args: { topic: 'holidays' },
      tags: { project: 'iceland' },
      initialMessage: { text: 'Where shall we go?' },
      initialMessageType: 'note',
    },
  },
  { operation: 'entities.get', method: 'GET', path: ENTITY },
  { operation: 'entities.list', method: 'GET', path: '/v1/entities?type=chat&tag[project]=iceland' },
  {
    operation: 'entityWrites.send',
    method: 'POST',
    path: `${ENTITY}/send`,
    body: { key: 'm-1', type: 'note', payload: { text: 'To the north?' } },
  },
  {
    operation: 'inbox.edit',
    method: 'PATCH',
    path: `${ENTITY}/inbox/m-1`,
    body: { payload: { text: 'To the north, or to the south?' } },
  },
  { operation: 'inbox.remove', method: 'DELETE', path: `${ENTITY}/inbox/m-1` },
  { operation: 'entityWrites.tag', method: 'POST', path: `${ENTITY}/tags/season`, body: { value: 'summer' } },
  { operation: 'entityWrites.untag', method: 'DELETE', path: `${ENTITY}/tags/season` },
  {
    operation: 'collections.write',
    method: 'POST',
    path: `${ENTITY}/collections/todos`,
    body: { operation: 'insert', key: 'flights', value: { title: 'Book the flights', done: false } },
  },
  {
    operation: 'collections.write',
    method: 'POST',
    path: `${ENTITY}/collections/todos`,
    body: { operation: 'update', key: 'flights', value: { done: true } },
  },
  {
    operation: 'entityGrants.give',
    method: 'POST',
    path: `${ENTITY}/grants`,
    body: { subject_kind: 'principal', subject_value: BOB, permission: 'read', propagation: 'descendants' },
    keep: { grant: 'id' },
  },
  { operation: 'entityGrants.list', method: 'GET', path: `${ENTITY}/grants` },
  { operation: 'entityGrants.revoke', method: 'DELETE', path: `${ENTITY}/grants/$grant` },
  { operation: 'attachments.attach', method: 'POST', path: `${ENTITY}/attachments`, form: ITINERARY },
  { operation: 'attachments.download', method: 'GET', path: `${ENTITY}/attachments/itinerary` },
  { operation: 'attachments.remove', method: 'DELETE', path: `${ENTITY}/attachments/itinerary` },
];

const CLAIM: readonly ExampleRequest[] = [
  {
    operation: 'claims.claim',
    method: 'POST',
    path: `${ENTITY}/claim`,
    body: { runner: 'reader-1', leaseMs: 30_000 },
    keep: { token: 'token', epoch: 'claimEpoch' },
  },
  {
    operation: 'claims.heartbeat',
    method: 'POST',
    path: `${ENTITY}/claim/heartbeat`,
    body: { claimEpoch: '$epoch' },
    claimed: true,
  },
  { operation: 'append.append', method: 'POST', path: '/chat/42/main', body: [HOTEL], claimed: true },
  {
    operation: 'claims.release',
    method: 'POST',
    path: `${ENTITY}/claim/release`,
    body: { claimEpoch: '$epoch' },
    claimed: true,
  },
  { operation: 'streams.head', method: 'HEAD', path: '/chat/42/main' },
  { operation: 'streams.read', method: 'GET', path: '/chat/42/main?offset=-1' },
];

const FAMILY: readonly ExampleRequest[] = [
  { operation: 'entities.spawn', method: 'PUT', path: CHILD, body: { parent: '/chat/42' } },
  {
    operation: 'wakes.register',
    method: 'POST',
    path: '/v1/wake',
    body: { subscriberUrl: '/chat/42', sourceUrl: '/chat/43', condition: 'runFinished' },
  },
  {
    operation: 'wakes.unregister',
    method: 'POST',
    path: '/v1/wake/unregister',
    body: { subscriberUrl: '/chat/42', sourceUrl: '/chat/43' },
  },
  { operation: 'pastAndTree.tree', method: 'GET', path: `${ENTITY}/tree` },
  { operation: 'pastAndTree.history', method: 'GET', path: `${ENTITY}/history?limit=1` },
  {
    operation: 'entityWrites.signal',
    method: 'POST',
    path: `${ENTITY}/signal`,
    body: { signal: 'SIGSTOP', reason: 'enough for today' },
  },
  {
    operation: 'operations.start',
    method: 'POST',
    path: '/v1/operations',
    body: { kind: 'signal', signal: 'SIGCONT', filter: { type: 'chat', status: 'paused' }, reason: 'next day' },
    keep: { operation: 'id' },
  },
  { operation: 'operations.get', method: 'GET', path: '/v1/operations/$operation' },
  { operation: 'operations.cancel', method: 'DELETE', path: '/v1/operations/$operation' },
  {
    operation: 'observations.entities',
    method: 'POST',
    path: '/v1/observations/entities/ensure-stream',
    body: { tags: { project: 'iceland' } },
  },
  {
    operation: 'shapes.read',
    method: 'GET',
    path: '/v1/shape?table=entities&columns=url,status&where=parent%3D%27/chat/42%27&offset=-1',
  },
];

const STREAMS: readonly ExampleRequest[] = [
  { operation: 'plainStreams.create', method: 'PUT', path: STREAM, body: [{ line: 'started' }] },
  { operation: 'plainStreams.append', method: 'POST', path: STREAM, body: [{ line: 'going on' }] },
  { operation: 'plainStreams.head', method: 'HEAD', path: STREAM },
  { operation: 'plainStreams.read', method: 'GET', path: `${STREAM}?offset=-1` },
  { operation: 'plainStreams.remove', method: 'DELETE', path: STREAM },
];

const END: readonly ExampleRequest[] = [
  { operation: 'entities.kill', method: 'DELETE', path: CHILD },
  { operation: 'entityTypes.delete', method: 'DELETE', path: TYPE },
];

export const EXAMPLE_REQUESTS: readonly ExampleRequest[] = [
  ...HEALTH,
  ...ENTITY_TYPES,
  ...ENTITIES,
  ...CLAIM,
  ...FAMILY,
  ...STREAMS,
  ...END,
];
