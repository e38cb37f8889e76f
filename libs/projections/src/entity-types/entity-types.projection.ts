import type { TypeGrant } from '@app/domain';
import type { Change, Row } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';

export const entityTypesTable: Table = {
  name: 'entity_types',
  key: ['tenant', 'name'],
  columns: { tenant: 'text', name: 'text', document: 'text', seq: 'bigint' },
};

/** `subject`: URL of a principal, or a kind of principal. */
export const entityTypeGrantsTable: Table = {
  name: 'entity_type_grants',
  key: ['tenant', 'name', 'id'],
  columns: {
    tenant: 'text',
    name: 'text',
    id: 'bigint',
    permission: 'text',
    subject: 'text',
    expires_at: 'bigint',
    created_by: 'text',
    created_at: 'bigint',
  },
};

interface RegistryItem {
  readonly type: string;
  readonly value?: unknown;
  readonly grants?: readonly TypeGrant[];
}

// All of them say the whole document and all grants.
const SAYING = new Set(['entity_type_registered', 'entity_type_amended', 'entity_type_granted', 'entity_type_revoked']);

const grantRow = ({ permission, subject, expiresAt, createdBy, at }: TypeGrant): Row => ({
  permission,
  subject,
  expires_at: expiresAt ?? null,
  created_by: createdBy,
  created_at: at,
});

const decoder = new TextDecoder();

/** Entity types by name, as their newest document says, and who may use them. A fold of the registry, not of the log. */
export const entityTypesProjection: Projection = {
  name: 'entity-types',
  tables: [entityTypesTable, entityTypeGrantsTable],
  nature: 'interpreting',
  accepts: ({ address }) => address.kind === 'type',
  map: ({ address: { tenant, path: name }, message }) => {
    const changes: Change[] = [];
    const key = { tenant, name };
    for (const { type, value, grants = [] } of JSON.parse(decoder.decode(message.payload)) as readonly RegistryItem[]) {
      const saying = SAYING.has(type);
      if (!saying && type !== 'entity_type_deleted') continue;
      changes.push({ kind: 'deleteWhere', table: entityTypeGrantsTable, match: key });
      if (!saying) {
        changes.push({ kind: 'delete', table: entityTypesTable, key });
        continue;
      }
      const row = { document: JSON.stringify(value), seq: message.seq };
      changes.push({ kind: 'upsert', table: entityTypesTable, key, row });
      for (const grant of grants)
        changes.push({
          kind: 'upsert',
          table: entityTypeGrantsTable,
          key: { ...key, id: grant.id },
          row: grantRow(grant),
        });
    }
    return changes;
  },
};
