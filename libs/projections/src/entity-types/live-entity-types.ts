import type { Cell } from '../kernel/table.js';
import { rowRecord, type LiveTable } from '../kernel/live-table.js';
import { entityTypesTable } from './entity-type-tables.js';

const textOf = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : '');

/** Entity types as clients follow them: a row is its document. */
export const liveEntityTypes: LiveTable = {
  name: 'entity_types',
  shape: 'entity_types',
  keyOf: (change) =>
    change.table === entityTypesTable && 'key' in change
      ? { tenant: textOf(change.key['tenant']), key: textOf(change.key['name']) }
      : undefined,
  evolve: (row, change) => {
    if (change.kind === 'upsert') return { document: textOf(change.row['document']) };
    return change.kind === 'delete' ? undefined : row;
  },
  record: rowRecord(({ document }) => document ?? 'null'),
};
