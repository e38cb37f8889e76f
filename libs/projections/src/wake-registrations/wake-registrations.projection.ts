import {
  entityOfMainPath,
  isTerminal,
  type EntityStatus,
  type WakeRegistered,
  type WakeUnregistered,
} from '@app/domain';
import type { Change, Row } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';
import { encodeText } from '../kernel/text.js';

export const wakeRegistrationsTable: Table = {
  name: 'wake_registrations',
  key: ['tenant', 'source', 'key'],
  columns: {
    tenant: 'text',
    source: 'text',
    key: 'text',
    seq: 'bigint',
    subscriber: 'text',
    manifest_key: 'text',
    data: 'text',
  },
};

/** URL of the source a stream is: of an entity its address, of other streams their path. */
export const sourceUrl = (path: string): string => entityOfMainPath(path)?.url ?? `/${path}`;

const registered = (data: WakeRegistered, own: Row, seq: number): Change => ({
  kind: 'insert',
  table: wakeRegistrationsTable,
  key: { ...own, key: encodeText(data.key) },
  row: {
    seq,
    subscriber: encodeText(data.subscriber),
    manifest_key: data.manifestKey === undefined ? null : encodeText(data.manifestKey),
    data: JSON.stringify(data),
  },
});

const unregistered = ({ subscriber, manifestKey }: WakeUnregistered, own: Row): Change => ({
  kind: 'deleteWhere',
  table: wakeRegistrationsTable,
  match: {
    ...own,
    subscriber: encodeText(subscriber),
    ...(manifestKey !== undefined && { manifest_key: encodeText(manifestKey) }),
  },
});

/** Who waits for which stream, at present. An equal registration of an active one is ignored: the first one counts. */
export const wakeRegistrationsProjection: Projection = {
  name: 'wake-registrations',
  tables: [wakeRegistrationsTable],
  nature: 'interpreting',
  accepts: ({ address }) => address.kind === 'waiters' || address.kind === 'stream',
  map: ({ address: { tenant, path }, message }) => {
    const changes: Change[] = [];
    const own = (): Row => ({ tenant, source: sourceUrl(path) });
    for (const { type, data } of message.events) {
      if (type === 'registered') changes.push(registered(data as unknown as WakeRegistered, own(), message.seq));
      if (type === 'unregistered') changes.push(unregistered(data as unknown as WakeUnregistered, own()));
      // Nobody can be woken by a source that has ended.
      if (type === 'status' && isTerminal((data as { readonly status: EntityStatus }).status))
        changes.push({ kind: 'deleteWhere', table: wakeRegistrationsTable, match: own() });
    }
    return changes;
  },
};
