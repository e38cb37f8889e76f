import { tagsOf } from '../queries/entity-row.js';
import { readableBy, readersOfRow, usableBy, usersOfRow } from '../queries/readable.js';
import { EMPTY_TABLES } from './empty-tables.js';
import { fixed, keyColumn, tenantId, type ShapeColumn, type ShapeTable } from './shape-column.js';
import type { SqlType } from './where/where-types.js';

const member =
  (name: string) =>
  (row: string): string =>
    `(${row})::json->>'${name}'`;

const moving = (type: SqlType, name: string, current: string): ShapeColumn => ({
  type,
  notNull: true,
  current,
  recorded: member(name),
});

const entities: ShapeTable = {
  name: 'entities',
  projection: 'entities',
  group: 'projector',
  key: 'url',
  rows: 'entities t',
  joins: `LEFT JOIN entity_type_revisions r
    ON r.tenant = t.tenant AND r.name = t.type AND r.seq = t.type_seq AND r.revision = t.type_revision`,
  rowTenant: 't.tenant',
  rowKey: 't.url',
  columns: {
    tenant_id: tenantId,
    url: keyColumn,
    type: fixed('text', 't.type', true),
    status: moving('text', 'status', 't.status'),
    dispatch_policy: fixed('jsonb', 't.dispatch_policy'),
    tags: moving('jsonb', 'tags', tagsOf('t')),
    spawn_args: fixed('jsonb', `coalesce(t.spawn_args, '{}')`),
    sandbox: fixed('jsonb', 't.sandbox'),
    parent: fixed('text', 't.parent'),
    created_by: fixed('text', 't.created_by'),
    type_revision: fixed('int4', 't.type_revision'),
    inbox_schemas: fixed('jsonb', 'r.inbox_schemas'),
    state_schemas: fixed('jsonb', 'r.state_schemas'),
    created_at: fixed('int8', 't.created_at', true),
    updated_at: moving('int8', 'updated_at', 't.updated_at'),
  },
  fixedSize: `coalesce(octet_length(t.spawn_args), 0) + coalesce(octet_length(t.dispatch_policy), 0)
    + coalesce(octet_length(r.inbox_schemas), 0) + coalesce(octet_length(r.state_schemas), 0) + 500`,
  movingSize: '0',
  sight: {
    grants: 'entity_grants',
    permissions: ['read', 'manage'],
    rows: (reader, at) => readableBy(reader, { entity: 't', ...at }),
    seers: (instant) => readersOfRow('t', instant),
  },
  needs: 't.type_seq',
};

// A document that PostgreSQL cannot take apart must not be in the way of all others.
const documentMember =
  (name: string) =>
  (document: string): string =>
    `(CASE WHEN pg_input_is_valid(${document}, 'jsonb') THEN (${document})::json->>'${name}' END)`;

const ofDocument = (type: SqlType, name: string, notNull?: true): ShapeColumn => ({
  type,
  current: documentMember(name)('t.document'),
  recorded: documentMember(name),
  ...(notNull && { notNull }),
});

const entityTypes: ShapeTable = {
  name: 'entity_types',
  projection: 'entity-types',
  group: 'registry',
  key: 'name',
  rows: 'entity_types t',
  joins: '',
  rowTenant: 't.tenant',
  rowKey: 't.name',
  columns: {
    tenant_id: tenantId,
    name: keyColumn,
    description: ofDocument('text', 'description'),
    creation_schema: ofDocument('jsonb', 'creation_schema'),
    inbox_schemas: ofDocument('jsonb', 'inbox_schemas'),
    state_schemas: ofDocument('jsonb', 'state_schemas'),
    slash_commands: ofDocument('jsonb', 'slash_commands'),
    serve_endpoint: ofDocument('text', 'serve_endpoint'),
    default_dispatch_policy: ofDocument('jsonb', 'default_dispatch_policy'),
    revision: ofDocument('int4', 'revision'),
    created_at: ofDocument('text', 'created_at'),
    updated_at: ofDocument('text', 'updated_at'),
  },
  fixedSize: '0',
  movingSize: 'coalesce(octet_length(t.document), 0) + 500',
  sight: {
    grants: 'entity_type_grants',
    permissions: ['spawn', 'manage'],
    rows: (reader, at) => usableBy(reader, { type: 't', ...at }),
    seers: (instant) => usersOfRow('t', instant),
  },
};

/** Milliseconds since 1970 as ISO text. */
const isoTime = (sql: string): string =>
  `to_char(to_timestamp(${sql} / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const time = (sql: string): ShapeColumn => fixed('timestamptz', isoTime(sql));

const PERMISSIONS = ['read', 'write', 'delete', 'signal', 'fork', 'schedule', 'spawn', 'manage'];

/** Joined when it is read, since it spans entities: who follows it is told only that it has changed. */
const effectivePermissions: ShapeTable = {
  name: 'entity_effective_permissions',
  projection: 'entities',
  group: 'projector',
  key: 'id',
  rows: 'entity_effective_permissions t',
  joins: 'JOIN entities e ON e.tenant = t.tenant AND e.url = t.entity_url',
  rowTenant: 't.tenant',
  rowKey: 't.id::text',
  columns: {
    tenant_id: tenantId,
    id: { ...keyColumn, type: 'int8' },
    entity_url: fixed('text', 't.entity_url', true),
    source_entity_url: fixed('text', 't.source_entity_url', true),
    source_grant_id: fixed('int8', 't.source_grant_id', true),
    permission: fixed('text', 't.permission', true),
    subject_kind: fixed('text', 't.subject_kind', true),
    subject_value: fixed('text', 't.subject_value', true),
    expires_at: time('t.expires_at'),
    created_at: time('t.created_at'),
  },
  fixedSize: '500',
  movingSize: '0',
  sight: {
    grants: 'entity_grants',
    permissions: PERMISSIONS,
    rows: (reader, { parameters, ...at }) => {
      const readable = readableBy(reader, { entity: 'e', parameters: parameters + 1, ...at });
      return {
        sql: `t.subject_value = ANY($${String(parameters + 1)}::text[]) AND ${readable.sql}`,
        values: [[reader.principal, reader.kind], ...readable.values],
      };
    },
  },
  whole: true,
};

/** Free text is stored as JSON text. */
const decoded = (sql: string): string =>
  `(CASE WHEN pg_input_is_valid(${sql}, 'jsonb') THEN (${sql})::jsonb #>> '{}' END)`;

const identity = (name: string): ShapeColumn => ({
  type: 'text',
  current: decoded(`t.${name}`),
  recorded: (row) => decoded(`(${member(name)(row)})`),
});

const users: ShapeTable = {
  name: 'users',
  projection: 'users',
  group: 'projector',
  key: 'id',
  rows: 'users t',
  joins: '',
  rowTenant: 't.tenant',
  rowKey: 't.id',
  columns: {
    tenant_id: tenantId,
    id: { type: 'text', notNull: true, fixed: ({ key }) => decoded(key) },
    display_name: identity('display_name'),
    email: identity('email'),
    avatar_url: identity('avatar_url'),
    created_at: time('t.created_at'),
    updated_at: {
      type: 'timestamptz',
      current: isoTime('t.updated_at'),
      recorded: (row) => isoTime(`(${member('updated_at')(row)})::bigint`),
    },
  },
  fixedSize: '500',
  movingSize: '0',
};

const TABLES: readonly ShapeTable[] = [entities, entityTypes, users, effectivePermissions, ...EMPTY_TABLES];

export const shapeTable = (name: string): ShapeTable | undefined => TABLES.find((table) => table.name === name);
