import { endsAt, restorePlainStream } from '@app/domain';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';

export const streamEndsTable: Table = {
  name: 'stream_ends',
  key: ['tenant', 'path'],
  columns: {
    tenant: 'text',
    path: 'text',
    /** 0: it ends by itself at `at`. 1: since `at` only forks keep it. Milliseconds since 1970. */
    gone: 'int',
    at: 'bigint',
  },
};

// What begins a life, puts off its end, or ends it. Appends that do none of this are not even looked at.
const TYPES: ReadonlySet<string> = new Set(['created', 'renewed', 'deleted']);

/** Plain streams that will end without anybody doing something about it. */
export const streamEndsProjection: Projection = {
  name: 'stream-ends',
  tables: [streamEndsTable],
  nature: 'interpreting',
  accepts: ({ address, message }) => address.kind === 'stream' && message.events.some(({ type }) => TYPES.has(type)),
  map: ({ address: { tenant, path }, message }) => {
    const key = { tenant, path };
    const state = restorePlainStream(message.state.hot, undefined);
    const ends = state.situation === 'live' ? endsAt(state) : message.time;
    if (message.kind === 'tombstone' || state.situation === 'absent' || ends === Infinity)
      return [{ kind: 'delete', table: streamEndsTable, key }];
    // A window may be wider than any number that can be stored; that long nobody waits.
    const row = { gone: state.situation === 'gone' ? 1 : 0, at: Math.min(ends, Number.MAX_SAFE_INTEGER) };
    return [{ kind: 'upsert', table: streamEndsTable, key, row }];
  },
};
