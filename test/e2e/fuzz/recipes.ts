import { headerOf, withHeader, withParams, type Draft } from './draft.js';
import type { Operation } from './document.js';
import { multipart } from './multipart.js';
import type { SchemaValues } from './values.js';
import { GROWING, MANY, OPEN, OWNER, SINK, type Claimed, type World } from './world.js';

export interface Kitchen {
  readonly world: World;
  readonly values: SchemaValues;
}

type Recipe = (draft: Draft, kitchen: Kitchen) => Draft;

type Fields = Record<string, unknown>;

const JSON_TYPE = 'application/json';

/** The names that the server remembers with what is behind them; the document can only say that they are strings. */
const fieldsOf = ({ json }: Draft): Fields => ({ ...(json as Fields) });

const changed = (draft: Draft, change: (fields: Fields) => Fields): Draft => ({
  ...draft,
  json: change(fieldsOf(draft)),
});

const without = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const bearing = (draft: Draft, { type, id, token }: Claimed): Draft =>
  withHeader(withParams(draft, { type, id }), 'authorization', `Bearer ${token}`);

const SUBJECT = { subject_kind: 'principal', subject_value: '/principal/user%3Abob' };

const granting = (fields: Fields): Fields => ({ ...fields, ...SUBJECT });

const FREE_FORM = ['dispatch_policy', 'sandbox', 'initialMessageType', 'wake', 'parent', 'grants'];

/** Rules about these are not in the document. */
const spawnable = (fields: Fields, { world, values }: Kitchen): Fields => {
  const kept = without(fields, ...FREE_FORM);
  const { type, id } = world.of(OPEN);
  return {
    ...kept,
    args: { n: 1 },
    ...(world.chance.next() < 0.2 && { parent: `/${type}/${id}` }),
    ...(world.chance.next() < 0.2 && { wake: { subscriberUrl: SINK, condition: 'runFinished' } }),
    ...(world.chance.next() < 0.2 && { grants: [{ ...SUBJECT, permission: 'read' }] }),
    ...(world.chance.next() < 0.1 && { tags: { fuzz: String(values.next({ type: 'string' })) } }),
  };
};

const sendable = (fields: Fields): Fields => ({
  payload: 'nothing',
  ...without(fields, 'from', 'from_principal', 'from_agent', 'afterMs', 'type'),
});

const registration = (fields: Fields, { world }: Kitchen): Fields => ({
  ...without(fields, 'serve_endpoint', 'default_dispatch_policy', 'slash_commands', 'permission_grants'),
  name: world.name('fz-registered'),
  description: 'registered',
  creation_schema: { type: 'object' },
  inbox_schemas: { note: { type: 'object', properties: { text: { type: 'string' } } } },
  state_schemas: { row: {} },
  externally_writable_collections: { rows: { type: 'row' } },
  slash_commands: [{ name: 'do-it', description: 'does it' }],
});

const wakeOf = (fields: Fields, { world }: Kitchen): Fields => {
  const { type, id } = world.of(OPEN);
  return { ...without(fields, 'timeoutMs', 'debounceMs'), subscriberUrl: SINK, sourceUrl: `/${type}/${id}` };
};

const bulk = (fields: Fields, { world }: Kitchen): Fields =>
  fields['kind'] === 'spawn'
    ? { kind: 'spawn', entities: [{ url: `/${MANY}/${world.name('bulk')}`, tags: { fuzz: 'many' } }] }
    : { kind: 'signal', signal: 'SIGUSR', filter: { type: MANY, status: 'paused' }, reason: String(fields['reason']) };

const listing = (draft: Draft, { world }: Kitchen): Draft => {
  const query = draft.query.filter(([name]) => !['cursor', 'asOf', 'tag', 'parent', 'created_by'].includes(name));
  const cursor = world.cursors.get(draft.operation.id);
  if (cursor !== undefined && world.chance.next() < 0.3) return { ...draft, query: [['cursor', cursor]] };
  const filtered = draft.operation.id === 'entities.list' && world.chance.next() < 0.3;
  return { ...draft, query: filtered ? [...query, ['tag[fuzz]', 'yes']] : query };
};

const OFFSETS = ['-1', 'now', '0000000000000000_0000000000000000'];

const reading = (draft: Draft, { world }: Kitchen): Draft => {
  const live = world.chance.next() < 0.2 ? [['live', world.any(['long-poll', 'sse'])] as const] : [];
  const etag = world.etags.get(draft.params['path'] ?? '');
  const told = { ...draft, query: [['offset', world.any(OFFSETS)] as const, ...live], headers: [] };
  return etag !== undefined && world.chance.next() < 0.2 ? withHeader(told, 'if-none-match', etag) : told;
};

const appendTo: Recipe = (draft, { world }) => {
  const claim = world.any(world.claims);
  const event = { type: 'text', key: world.name('k'), value: { a: 1 }, headers: { operation: 'insert' } };
  return bearing({ ...draft, headers: [['content-type', JSON_TYPE]], json: [event] }, claim);
};

const claimed: Recipe = (draft, { world }) => {
  const claim = world.any(world.claims);
  return bearing({ ...draft, json: { claimEpoch: claim.epoch } }, claim);
};

const producing = (draft: Draft, { world }: Kitchen): Draft => {
  if (world.chance.next() < 0.6) return draft;
  const named = withHeader(draft, 'producer-id', world.name('p'));
  return withHeader(withHeader(named, 'producer-epoch', '0'), 'producer-seq', '0');
};

const entityRead: Recipe = (draft, kitchen) => reading(draft, kitchen);

const live: Recipe = (draft, { world }) => {
  const { type, id } = world.any(world.live);
  return withParams(draft, { type, id });
};

const inStream: Recipe = (draft, { world }) => withParams(draft, { path: world.any(world.streams) });

/** What makes a request of each operation succeed, besides what the document says. */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  'entityTypes.register': (draft, kitchen) => changed(draft, (fields) => registration(fields, kitchen)),
  'entityTypes.list': listing,
  'entityTypes.get': (draft) => withParams(draft, { name: OPEN }),
  'entityTypes.delete': (draft, { world }) => withParams(draft, { name: world.takeType() }),
  'entityTypes.amend': (draft, { world }) =>
    withParams({ ...draft, json: { inbox_schemas: { [world.name('note')]: {} } } }, { name: GROWING }),
  'entities.list': listing,
  'entities.spawn': (draft, kitchen) =>
    withParams(
      changed(draft, (fields) => spawnable(fields, kitchen)),
      { type: OPEN, id: kitchen.world.name('spawned') },
    ),
  'entities.kill': (draft, { world }) => withParams(draft, { ...world.takeLife() }),
  'entityWrites.send': (draft) => changed(draft, sendable),
  'entityWrites.signal': (draft, { world }) => {
    const fields = fieldsOf(draft);
    const ends = ['SIGTERM', 'SIGKILL'].includes(String(fields['signal']));
    return ends ? withParams(draft, { ...world.takeLife() }) : draft;
  },
  'entityWrites.tag': (draft, { world }) => withParams(draft, { tagKey: `tag${String(world.chance.between(0, 9))}` }),
  'entityWrites.untag': (draft, { world }) => withParams(draft, { tagKey: `tag${String(world.chance.between(0, 9))}` }),
  'pastAndTree.history': listing,
  'pastAndTree.tree': listing,
  'inbox.edit': (draft, { world }) =>
    withParams(
      changed(draft, (fields) => ({ payload: 'edited', ...fields })),
      { messageKey: world.name('m') },
    ),
  'inbox.remove': (draft, { world }) => withParams(draft, { messageKey: world.name('m') }),
  'collections.write': (draft, { world }) =>
    withParams(
      changed(draft, (fields) => ({ key: world.name('row'), value: { n: 1 }, operation: fields['operation'] })),
      { ...world.of(OPEN), collection: 'rows' },
    ),
  'entityGrants.give': (draft) => changed(draft, granting),
  'entityGrants.revoke': (draft, { world }) => withParams(draft, { ...world.take(world.entityGrants) }),
  'typeGrants.list': (draft) => withParams(draft, { name: OPEN }),
  'typeGrants.give': (draft) => withParams(changed(draft, granting), { name: GROWING }),
  'typeGrants.revoke': (draft, { world }) => withParams(draft, { ...world.take(world.typeGrants) }),
  'attachments.attach': (draft, { world }) => {
    const fields = { id: world.name('sent'), subject: '{"type":"inbox","key":"m"}', meta: '{"pages":3}' };
    const { bytes, contentType } = multipart(fields, 'x'.repeat(world.chance.between(0, 2_000)));
    return withHeader({ ...draft, bytes }, 'content-type', contentType);
  },
  'attachments.download': (draft, { world }) => withParams(draft, { ...world.any(world.attachments) }),
  'attachments.remove': (draft, { world }) => withParams(draft, { ...world.take(world.attachments) }),
  'claims.claim': (draft, { world }) =>
    withParams({ ...draft, json: { runner: 'fuzz', leaseMs: 600_000 } }, { ...world.of(OPEN) }),
  'claims.heartbeat': claimed,
  'claims.release': (draft, { world }) => {
    const claim = world.take(world.claims);
    return bearing({ ...draft, json: { claimEpoch: claim.epoch } }, claim);
  },
  'wakes.register': (draft, kitchen) => changed(draft, (fields) => wakeOf(fields, kitchen)),
  'wakes.unregister': (draft, kitchen) => changed(draft, (fields) => wakeOf(fields, kitchen)),
  'operations.start': (draft, kitchen) => changed(draft, (fields) => bulk(fields, kitchen)),
  'operations.get': (draft, { world }) => withParams(draft, { id: world.any(world.operations) }),
  'operations.cancel': (draft, { world }) => withParams(draft, { id: world.any(world.operations) }),
  'shapes.read': (draft, { world }) => {
    const tables = ['entities', 'entity_types', 'users', 'entity_effective_permissions'];
    return { ...draft, query: [['table', world.any(tables)] as const, ['offset', world.any(['-1', 'now'])] as const] };
  },
  'append.append': appendTo,
  'streams.read': entityRead,
  'plainStreams.read': (draft, kitchen) => reading(inStream(draft, kitchen), kitchen),
  'plainStreams.head': inStream,
  'plainStreams.create': (draft, { world }) => ({
    ...withParams(draft, { path: `fuzz/${world.name('new')}` }),
    headers: [['content-type', world.any([JSON_TYPE, 'text/plain', 'application/octet-stream'])]],
    json: [{ a: 1 }],
  }),
  'plainStreams.append': (draft, kitchen) => {
    const plain = { ...inStream(draft, kitchen), headers: [['content-type', JSON_TYPE] as const], json: [{ b: 2 }] };
    return producing(plain, kitchen);
  },
  'plainStreams.remove': (draft, { world }) => withParams(draft, { path: world.takeStream() }),
};

/** Two routes of one operation have one recipe. */
export const baseId = (id: string): string => id.replace(/\.\d+$/, '');

const OFTEN = 0.3;

const isTaken = (operation: Operation, name: string): boolean =>
  operation.parameters.some((each) => each.in === 'path' && each.name === name);

const encoded = (value: unknown): string =>
  encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value));

/** A request that the document allows, and that is about something which is there. */
export const validDraft = (operation: Operation, kitchen: Kitchen): Draft => {
  const { world, values } = kitchen;
  const queried = operation.parameters.filter(
    (each) => each.in === 'query' && (each.required || world.chance.next() < OFTEN),
  );
  const query = queried.map(({ name, schema }) => [name, encoded(values.next(schema))] as const);
  const { method, body } = operation;
  const draft: Draft = { operation, flavour: 'valid', method, params: {}, query, headers: [] };
  const addressed = isTaken(operation, 'type') ? live(draft, kitchen) : draft;
  const filled =
    body === undefined ? addressed : withHeader({ ...addressed, json: values.next(body) }, 'content-type', JSON_TYPE);
  const cooked = RECIPES[baseId(operation.id)]?.(filled, kitchen) ?? filled;
  const keyed = operation.parameters.some(({ name }) => name === 'Idempotency-Key') && world.chance.next() < OFTEN;
  const signed = headerOf(cooked, 'electric-principal') === undefined && asOwner(operation, world);
  const named = signed ? withHeader(cooked, 'electric-principal', OWNER) : cooked;
  return keyed ? withHeader(named, 'Idempotency-Key', world.name('key')) : named;
};

/** Sometimes nobody is named: that is the principal of development, who may do everything. */
const asOwner = ({ id }: Operation, { chance }: World): boolean => id.startsWith('operations.') || chance.next() < 0.7;
