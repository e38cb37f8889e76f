import { entityOfMainPath, type EntityCold, type EntityEvent, type EntityGrant, type EntitySpawned } from '@app/domain';
import type { ControlEvent, LogMessage } from '@app/streams';
import type { Change, Row } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import { encodeText } from '../kernel/text.js';
import { entitiesTable, entityGrantsTable, entityTagsTable } from './entity-tables.js';
import { readersOf } from './readers.js';
import { tagsText } from './tags-text.js';
import { liveEntities } from './live-entities.js';
import { liveGrants } from './live-grants.js';
import { liveHeirs, livePermissions } from './live-permissions.js';

const decoder = new TextDecoder();

/** The spawn's args as JSON text; the public item is where they are stored. */
const spawnArgs = (message: LogMessage): string | null => {
  const items = JSON.parse(decoder.decode(message.payload)) as readonly {
    readonly type?: string;
    readonly value?: { readonly args?: unknown };
  }[];
  const args = items.find(({ type }) => type === 'entity_created')?.value?.args;
  return args === undefined ? null : JSON.stringify(args);
};

const optionalJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

const spawnedRow = (data: EntitySpawned['data'], message: LogMessage): Row => ({
  type: data.type,
  type_revision: data.revision,
  type_seq: data.typeSeq,
  status: 'idle',
  parent: data.parent ?? null,
  ancestors: JSON.stringify(data.ancestors),
  created_by: data.createdBy,
  created_at: data.at,
  updated_at: data.at,
  spawn_args: data.hasArgs ? spawnArgs(message) : null,
  dispatch_policy: optionalJson(data.dispatchPolicy),
  sandbox: optionalJson(data.sandbox),
  tags: tagsText(coldOf(message)?.tags ?? data.tags),
  readers: readersOf(coldOf(message)?.grants ?? data.grants ?? []),
  claim_epoch: null,
  claim_runner: null,
  claim_lease_ms: null,
  claim_at: null,
  claim_released: null,
  claim_reason: null,
  revision: message.seq,
});

const flag = (value: true | undefined): number => (value === true ? 1 : 0);

const grantChange = (grant: EntityGrant, entity: Row): Change => ({
  kind: 'upsert',
  table: entityGrantsTable,
  key: { ...entity, id: grant.id },
  row: {
    permission: grant.permission,
    subject: grant.subject,
    descendants: flag(grant.descendants),
    copy_to_children: flag(grant.copyToChildren),
    expires_at: grant.expiresAt ?? null,
    created_by: grant.createdBy,
    created_at: grant.at,
  },
});

/** Every message that changes a tag or a grant carries the cold part, which has all of them. */
const coldOf = ({ cold }: LogMessage): EntityCold | undefined => cold as EntityCold | undefined;

/** Who may read the entity after the message; without the cold part nobody knows. */
const readersAfter = (message: LogMessage): string | null => {
  const cold = coldOf(message);
  return cold ? readersOf(cold.grants ?? []) : null;
};

/** All tags of the entity after the message; without the cold part nobody knows. */
const tagsAfter = (message: LogMessage): string | null => {
  const cold = coldOf(message);
  return cold ? tagsText(cold.tags) : null;
};

/** What one event does; `key` is the row of the entity. */
const changesOf = (event: EntityEvent, key: Row, message: LogMessage): readonly Change[] => {
  const patch = (set: Row): Change => ({
    kind: 'patch',
    table: entitiesTable,
    key,
    set: { ...set, revision: message.seq },
  });
  const tagKey = (name: string): Row => ({ ...key, key: encodeText(name) });
  const tag = (name: string, value: string, createdAt: number): Change => ({
    kind: 'upsert',
    table: entityTagsTable,
    key: tagKey(name),
    row: { value: encodeText(value), created_at: createdAt },
  });
  switch (event.type) {
    case 'spawned':
      return [
        { kind: 'upsert', table: entitiesTable, key, row: spawnedRow(event.data, message) },
        ...Object.entries(event.data.tags).map(([name, value]) => tag(name, value, event.data.at)),
        ...(event.data.grants ?? []).map((grant) => grantChange(grant, key)),
      ];
    case 'granted':
      return [grantChange(event.data, key), patch({ readers: readersAfter(message) })];
    case 'revoked':
      return [
        { kind: 'delete', table: entityGrantsTable, key: { ...key, id: event.data.id } },
        patch({ readers: readersAfter(message) }),
      ];
    case 'status':
      return [patch({ status: event.data.status, updated_at: event.data.at })];
    case 'touched':
      return [patch({ updated_at: event.data.at })];
    case 'tagged':
      return [
        tag(event.data.key, event.data.value, coldOf(message)?.createdAt ?? event.data.at),
        patch({ updated_at: event.data.at, tags: tagsAfter(message) }),
      ];
    case 'untagged':
      return [
        { kind: 'delete', table: entityTagsTable, key: tagKey(event.data.key) },
        patch({ updated_at: event.data.at, tags: tagsAfter(message) }),
      ];
    case 'dispatch-policy':
      return [patch({ dispatch_policy: JSON.stringify(event.data.policy) })];
    case 'claimed': {
      const { epoch, runner, leaseMs, at } = event.data;
      return [patch({ claim_epoch: epoch, claim_runner: encodeText(runner), claim_lease_ms: leaseMs, claim_at: at })];
    }
    case 'released':
      // Beside the claim, not instead of it: the release of an older claim says nothing about a newer one.
      return [patch({ claim_released: event.data.epoch, claim_reason: event.data.reason })];
    default:
      return [];
  }
};

const asEvent = ({ type, data }: ControlEvent): EntityEvent => ({ type, data }) as EntityEvent;

/** Entities as lists show them, with their tags, their grants and their newest claim. */
export const entitiesProjection: Projection = {
  name: 'entities',
  tables: [entitiesTable, entityTagsTable, entityGrantsTable],
  live: [liveEntities, liveGrants, livePermissions, liveHeirs],
  nature: 'interpreting',
  accepts: ({ address }) => address.kind === 'stream' && address.path.endsWith('/main'),
  map: ({ address: { tenant, path }, message }) => {
    if (message.events.length === 0) return [];
    const entity = entityOfMainPath(path);
    if (!entity) return [];
    const key = { tenant, url: entity.url };
    return message.events.flatMap((event) => changesOf(asEvent(event), key, message));
  },
};
