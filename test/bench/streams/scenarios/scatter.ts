import { randomUUID } from 'node:crypto';
import { streamSubject } from '@app/contracts/topology/topology.js';
import type { Aggregate, Command, Json, Log, StreamRef } from '@app/streams';
import { connectToNats, openLogs } from '@app/streams/jetstream/index.js';
import type { Reveille } from '../contestants/reveille.js';
import { createStreams } from './prepare.js';

const TENANT = 'default';
const FILLERS = 500;
const PATIENCE_MS = 60_000;
const PREFIX = '/v1/stream/';

/** Whatever a stream is to others: passed on as it is. */
interface Carried {
  readonly hot: Json;
  readonly cold?: Json;
}

const carried: Aggregate<Carried> = {
  initial: { hot: null },
  snapshot: (state) => state,
  restore: ({ hot, cold }) => (cold === undefined ? { hot } : { hot, cold }),
};

const appendOne = (body: Uint8Array, position: number): Command<Carried, void> => ({
  id: randomUUID(),
  since: position,
  deadline: Date.now() + PATIENCE_MS,
  copies: 'nowhere',
  decide: ({ state }) => ({
    kind: 'append',
    units: [{ body, count: 1, types: [], events: [] }],
    next: state,
    result: () => undefined,
  }),
  replay: () => undefined,
});

const streamOf = (path: string): StreamRef<Carried> => ({
  subject: streamSubject(TENANT, path.slice(PREFIX.length)),
  aggregate: carried,
});

export interface Scatter {
  /** Streams that get `events` each, evenly spread. */
  readonly paths: readonly string[];
  readonly events: number;
  readonly body: string;
  /** Of the log in the end. */
  readonly messages: number;
}

const append = async (log: Log, { paths, events, body, messages }: Scatter, fillers: readonly string[]) => {
  const bytes = Buffer.from(body);
  const all = events * paths.length;
  const others = fillers.map(streamOf);
  const wanted = paths.map(streamOf);
  const every = Math.max(1, Math.floor(messages / all));
  let next = 0;
  const run = async (filler: StreamRef<Carried>): Promise<void> => {
    while (next < every * all) {
      const n = next;
      next += 1;
      const stream = n % every === 0 ? wanted[(n / every) % wanted.length] : filler;
      await log.submit(stream ?? filler, appendOne(bytes, log.position()));
    }
  };
  await Promise.all(others.map(run));
};

/**
 * A log of many messages among which those of a few streams are spread evenly, written past HTTP because that is faster.
 * The other streams are written in turns by as many writers.
 */
export const scatter = async (server: Reveille, what: Scatter): Promise<void> => {
  const fillers = await createStreams(server, Math.min(FILLERS, what.messages));
  const connection = await connectToNats(server.servers.natsUrl, 'reveille-bench');
  const { events, registry } = await openLogs(connection);
  try {
    await append(events, what, fillers);
  } finally {
    await Promise.all([events.close(), registry.close()]);
    await connection.close();
  }
  await server.lagMs();
};
