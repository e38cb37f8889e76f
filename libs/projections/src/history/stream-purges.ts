import type { Change } from '../kernel/change.js';
import type { Projected } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';

/** Streams of which everything below a sequence is over, until it has been removed: rows that are done are taken out. */
export const streamPurgesTable: Table = {
  name: 'stream_purges',
  key: ['tenant', 'path'],
  columns: {
    tenant: 'text',
    path: 'text',
    below: 'bigint',
    /** 1: it is safe on disk that nobody needs the messages any more. */
    ready: 'int',
  },
};

/**
 * A tombstone ends a life and stays, as the guard of the next one; the first message of a later life takes its place.
 * Nobody shares a life that is over: as long as a fork does, there is no tombstone.
 */
export const purgeDue = ({ address: { tenant, path }, message }: Projected): readonly Change[] => {
  const begins = message.prev > 0 && message.state.incarnation === message.seq;
  if (!begins && message.kind !== 'tombstone') return [];
  const row = { below: message.seq, ready: 0 };
  return [{ kind: 'upsert', table: streamPurgesTable, key: { tenant, path }, row }];
};
