import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';
import { purgeDue, streamPurgesTable } from './stream-purges.js';

export const historyTable: Table = {
  name: 'history',
  key: ['tenant', 'path', 'seq'],
  columns: {
    tenant: 'text',
    path: 'text',
    seq: 'bigint',
    incarnation: 'bigint',
    kind: 'text',
    prev: 'bigint',
    time: 'bigint',
    headers: 'bytes',
    payload: 'bytes',
  },
  appendOnly: true,
};

const encoder = new TextEncoder();

const attempt = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/**
 * Every message of every stream as opaque bytes: never interpreted, never quarantined. And which of them are over, in
 * the same tables' rebuild: whatever old messages that brings back are taken out again.
 */
export const historyProjection: Projection = {
  name: 'history',
  tables: [historyTable, streamPurgesTable],
  nature: 'raw',
  accepts: ({ address }) => address.kind === 'stream',
  map: ({ address, message }) => [
    {
      kind: 'insert',
      table: historyTable,
      key: { tenant: address.tenant, path: address.path, seq: message.seq },
      row: {
        // 0 only for a message that carries no state: nobody finds it by incarnation, `verify` finds it by sequence.
        incarnation: attempt(() => message.state.incarnation, 0),
        kind: attempt(() => message.kind, 'commit'),
        prev: attempt(() => message.prev, 0),
        time: message.time,
        // As they are on the wire, so that a format we cannot read today is still there tomorrow.
        headers: encoder.encode(JSON.stringify(message.headers)),
        payload: message.payload,
      },
    },
    ...attempt(() => purgeDue({ address, message }), []),
  ],
};
