import type { Change } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';

export const entityTypesTable: Table = {
  name: 'entity_types',
  key: ['tenant', 'name'],
  columns: { tenant: 'text', name: 'text', document: 'text', seq: 'bigint' },
};

interface RegistryItem {
  readonly type: string;
  readonly value?: unknown;
}

const decoder = new TextDecoder();

/** Entity types by name, as their newest document says. A fold of the registry, not of the log. */
export const entityTypesProjection: Projection = {
  name: 'entity-types',
  tables: [entityTypesTable],
  nature: 'interpreting',
  accepts: ({ address }) => address.kind === 'type',
  map: ({ address: { tenant, path: name }, message }) => {
    const changes: Change[] = [];
    const key = { tenant, name };
    for (const { type, value } of JSON.parse(decoder.decode(message.payload)) as readonly RegistryItem[]) {
      if (type === 'entity_type_deleted') changes.push({ kind: 'delete', table: entityTypesTable, key });
      else if (type === 'entity_type_registered' || type === 'entity_type_amended')
        changes.push({
          kind: 'upsert',
          table: entityTypesTable,
          key,
          row: { document: JSON.stringify(value), seq: message.seq },
        });
    }
    return changes;
  },
};
