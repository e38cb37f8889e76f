import type { TypeGrant } from '@app/domain';
import type { Change, Row } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import { entityTypeGrantsTable, entityTypeRevisionsTable, entityTypesTable } from './entity-type-tables.js';
import { liveEntityTypes } from './live-entity-types.js';
import { liveTypeGrants } from './live-type-grants.js';

/** What is read of a document here; what else it says is kept as it is. */
interface Document {
  readonly revision?: unknown;
  readonly inbox_schemas?: unknown;
  readonly state_schemas?: unknown;
}

interface RegistryItem {
  readonly type: string;
  readonly value?: Document;
  readonly grants?: readonly TypeGrant[];
}

// All of them say the whole document and all grants.
const SAYING = new Set(['entity_type_registered', 'entity_type_amended', 'entity_type_granted', 'entity_type_revoked']);

const jsonText = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

const documentChanges = (key: Row, document: Document = {}, seq: number): readonly Change[] => [
  { kind: 'upsert', table: entityTypesTable, key, row: { document: JSON.stringify(document), seq } },
  {
    kind: 'upsert',
    table: entityTypeRevisionsTable,
    key: { ...key, seq, revision: typeof document.revision === 'number' ? document.revision : 0 },
    row: { inbox_schemas: jsonText(document.inbox_schemas), state_schemas: jsonText(document.state_schemas) },
  },
];

const grantChange = (key: Row, { id, permission, subject, expiresAt, createdBy, at }: TypeGrant): Change => ({
  kind: 'upsert',
  table: entityTypeGrantsTable,
  key: { ...key, id },
  row: { permission, subject, expires_at: expiresAt ?? null, created_by: createdBy, created_at: at },
});

const decoder = new TextDecoder();

/**
 * Entity types as their newest document says, who may use them, and the schemas of every revision. A fold of the registry,
 * not of the log.
 */
export const entityTypesProjection: Projection = {
  name: 'entity-types',
  tables: [entityTypesTable, entityTypeGrantsTable, entityTypeRevisionsTable],
  live: [liveEntityTypes, liveTypeGrants],
  nature: 'interpreting',
  accepts: ({ address }) => address.kind === 'type',
  map: ({ address: { tenant, path: name }, message }) => {
    const changes: Change[] = [];
    const key = { tenant, name };
    for (const { type, value, grants = [] } of JSON.parse(decoder.decode(message.payload)) as readonly RegistryItem[]) {
      const saying = SAYING.has(type);
      if (!saying && type !== 'entity_type_deleted') continue;
      changes.push({ kind: 'deleteWhere', table: entityTypeGrantsTable, match: key });
      if (saying)
        changes.push(...documentChanges(key, value, message.seq), ...grants.map((grant) => grantChange(key, grant)));
      else changes.push({ kind: 'delete', table: entityTypesTable, key });
    }
    return changes;
  },
};
