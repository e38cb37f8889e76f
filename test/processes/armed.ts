/*
 * What programs share that can be told to die at a named step, by SIGKILL, so that nothing is cleaned up. The steps are
 * seen from outside, by wrapping what a program stands on; production code knows nothing of them.
 */
import { LOG_STREAM, LOG_SUBJECTS } from '@app/contracts/topology/topology.js';
import { openDatabase, type Database, type Tx } from '@app/read-model';
import type { Log } from '@app/streams';
import { connectToNats, openJetStreamLog } from '@app/streams/jetstream/index.js';

export type Order<Step extends string> = { readonly start: true } | { readonly arm: Step };

/** What a program works on. */
export interface Ground {
  readonly log: Log;
  readonly database: Database;
  readonly leaseMs: number;
}

let armed: string | undefined;

/** The end, if this is the step. */
export const reach = <Step extends string>(step: Step): void => {
  if (armed === step) process.kill(process.pid, 'SIGKILL');
};

/** `object` with some of its methods replaced. */
export const wrap = <T extends object>(object: T, methods: Partial<T>): T =>
  new Proxy(object, {
    get: (target, name) => {
      const own: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });

/** `seen` is told each statement of a transaction once it has run, and names the steps that its commit will reach. */
export const watchTransactions = <Step extends string>(
  database: Database,
  seen: (text: string) => readonly Step[],
): Database =>
  wrap<Database>(database, {
    transaction: async (work, options) => {
      const reached: Step[] = [];
      const result = await database.transaction((tx) => {
        const watch = async <R>(text: string, run: () => Promise<R>): Promise<R> => {
          const answer = await run();
          reached.push(...seen(text));
          return answer;
        };
        const watched: Tx = {
          query: (text, values) => watch(text, () => tx.query(text, values)),
          queryOnce: (text, values) => watch(text, () => tx.queryOnce(text, values)),
          execute: (text, values) => watch(text, () => tx.execute(text, values)),
        };
        return work(watched);
      }, options);
      for (const step of reached) reach(step);
      return result;
    },
  });

/** Connects, then does what the parent says: `start` begins the work. */
export const obey = async (name: string, start: (ground: Ground) => void): Promise<void> => {
  const { NATS_URL = '', DATABASE_URL = '', LEASE_MS = '1000' } = process.env;
  const connection = await connectToNats(NATS_URL, name);
  const log = await openJetStreamLog(connection, { name: LOG_STREAM, subjects: LOG_SUBJECTS });
  const database = await openDatabase({ url: DATABASE_URL, poolSize: 4 });
  process.on('message', (order: Order<string>) => {
    if ('arm' in order) armed = order.arm;
    else {
      start({ log, database, leaseMs: Number(LEASE_MS) });
      process.send?.('started');
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
};
