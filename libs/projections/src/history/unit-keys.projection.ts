import type { LogMessage, Unit } from '@app/streams';
import type { Change } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';
import { encodeText } from '../kernel/text.js';

export const unitKeysTable: Table = {
  name: 'unit_keys',
  key: ['tenant', 'path', 'seq', 'unit'],
  columns: { tenant: 'text', path: 'text', seq: 'bigint', unit: 'int', id: 'text' },
  appendOnly: true,
};

// A message whose units cannot be read has no keys we could index; a later one of the same stream may have.
const unitsOf = (message: LogMessage): readonly Unit[] => {
  try {
    return message.units;
  } catch {
    return [];
  }
};

/** Where the units are whose retries may arrive after months. */
export const unitKeysProjection: Projection = {
  name: 'unit-keys',
  tables: [unitKeysTable],
  nature: 'raw',
  accepts: ({ address }) => address.kind === 'stream' || address.kind === 'waiters',
  map: ({ address: { tenant, path }, message }) => {
    const changes: Change[] = [];
    unitsOf(message).forEach(({ id, keyed }, unit) => {
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
