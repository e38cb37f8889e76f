import { hasEnded, restoreOperation, type OperationEvent } from '@app/domain';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';

export const operationsTable: Table = {
  name: 'operations',
  key: ['tenant', 'id'],
  columns: {
    tenant: 'text',
    id: 'text',
    /** Nobody else executes it before; milliseconds since 1970. */
    until: 'bigint',
  },
};

const PATH = /^_operations\/([^/]+)$/;

// Every change of an operation has one of these.
const TYPES: ReadonlySet<string> = new Set<OperationEvent['type']>([
  'operation-created',
  'operation-taken',
  'operation-advanced',
  'operation-ended',
]);

/** Operations that somebody has to go on with. */
export const operationsProjection: Projection = {
  name: 'operations',
  tables: [operationsTable],
  nature: 'interpreting',
  accepts: ({ address, message }) => address.kind === 'stream' && message.events.some(({ type }) => TYPES.has(type)),
  map: ({ address: { tenant, path }, message }) => {
    const id = PATH.exec(path)?.[1];
    // What seldom changes is not in every message, and not needed here.
    const state = restoreOperation(message.state.hot, {});
    if (id === undefined || state.situation === 'absent') return [];
    const key = { tenant, id };
    if (hasEnded(state)) return [{ kind: 'delete', table: operationsTable, key }];
    return [{ kind: 'upsert', table: operationsTable, key, row: { until: state.hot.until } }];
  },
};
