import type { Change } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';
import { encodeText } from '../kernel/text.js';
import { readableUnits } from './readable-units.js';

export const unitKeysTable: Table = {
  name: 'unit_keys',
  key: ['tenant', 'path', 'seq', 'unit'],
  columns: { tenant: 'text', path: 'text', seq: 'bigint', unit: 'int', id: 'text' },
  appendOnly: true,
};

/** Where the units are whose retries may arrive after months. */
export const unitKeysProjection: Projection = {
  name: 'unit-keys',
  tables: [unitKeysTable],
  nature: 'raw',
  accepts: ({ address }) => address.kind === 'stream' || address.kind === 'waiters',
  map: ({ address: { tenant, path }, message }) => {
    const changes: Change[] = [];
    readableUnits(message).forEach(({ id, keyed }, unit) => {
      if (!keyed) return;
      changes.push({
        kind: 'insert',
        table: unitKeysTable,
        key: { tenant, path, seq: message.seq, unit },
        row: { id: encodeText(id) },
      });
    });
    return changes;
  },
};
