import type { LogMessage, Producer } from '@app/streams';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';
import { encodeText } from '../kernel/text.js';
import { readableUnits } from './readable-units.js';

export const streamProducersTable: Table = {
  name: 'stream_producers',
  key: ['tenant', 'path', 'incarnation', 'producer'],
  columns: {
    tenant: 'text',
    path: 'text',
    incarnation: 'bigint',
    producer: 'text',
    epoch: 'bigint',
    seq: 'bigint',
  },
};

// A longer one is refused at the edge, so nobody asks for it; and an index entry holds no more than 2.7 KB.
const LONGEST_ID = 512;

const lifeOf = (message: LogMessage): number | undefined => {
  try {
    return message.state.incarnation;
  } catch {
    return undefined;
  }
};

/** What every producer of a life wrote last, for those that the state of the stream no longer lists. */
export const streamProducersProjection: Projection = {
  name: 'stream-producers',
  tables: [streamProducersTable],
  nature: 'raw',
  accepts: ({ address }) => address.kind === 'stream',
  map: ({ address: { tenant, path }, message }) => {
    const units = readableUnits(message);
    if (!units.some(({ producer }) => producer)) return [];
    const last = new Map<string, Producer>();
    for (const { producer } of units) if (producer && producer.id.length <= LONGEST_ID) last.set(producer.id, producer);
    const incarnation = last.size > 0 ? lifeOf(message) : undefined;
    if (incarnation === undefined) return [];
    return [...last.values()].map(({ id, epoch, seq }) => ({
      kind: 'upsert',
      table: streamProducersTable,
      key: { tenant, path, incarnation, producer: encodeText(id) },
      row: { epoch, seq },
    }));
  },
};
