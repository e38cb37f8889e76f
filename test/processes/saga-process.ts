/*
 * The saga in a process of its own that can be told to die at a named step, by SIGKILL, so that nothing is cleaned up.
 * The steps are seen from outside, by wrapping what the saga stands on; production code knows nothing of them.
 */
import { LOG_STREAM, LOG_SUBJECTS } from '@app/contracts/topology/topology.js';
import { createLogger, SystemClock } from '@app/platform';
import { LocalLaneHints, openDatabase, type Database, type Tx } from '@app/read-model';
import type { Log } from '@app/streams';
import { connectToNats, openJetStreamLog } from '@app/streams/jetstream/index.js';
import { Saga } from '../../apps/saga/src/saga.js';

export type KillStep = 'evaluating' | 'in transaction' | 'committed' | 'appended' | 'settled';
export type Order = { readonly start: true } | { readonly arm: KillStep };

let armed: KillStep | undefined;

const reach = (step: KillStep): void => {
  if (armed === step) process.kill(process.pid, 'SIGKILL');
};

/** `object` with some of its methods replaced. */
const wrap = <T extends object>(object: T, methods: Partial<T>): T =>
  new Proxy(object, {
    get: (target, name) => {
      const own: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });

const deadlyLog = (log: Log): Log =>
  wrap<Log>(log, {
    entries: (message, from) => {
      reach('evaluating');
      return log.entries(message, from);
    },
    submit: async (stream, command) => {
      const result = await log.submit(stream, command);
      reach('appended');
      return result;
    },
  });

const deadlyDatabase = (database: Database): Database =>
  wrap<Database>(database, {
    transaction: async (work, options) => {
      const reached: KillStep[] = [];
      const result = await database.transaction((tx) => {
        const seen = async <R>(text: string, run: () => Promise<R>): Promise<R> => {
          const rows = await run();
          if (text.includes('insert into saga_outbox')) {
            reach('in transaction');
            reached.push('committed');
          }
          if (text.includes('delete from saga_outbox')) reached.push('settled');
          return rows;
        };
        const watched: Tx = {
          query: (text, values) => seen(text, () => tx.query(text, values)),
          execute: (text, values) => seen(text, () => tx.execute(text, values)),
        };
        return work(watched);
      }, options);
      for (const step of reached) reach(step);
      return result;
    },
  });

const { NATS_URL = '', DATABASE_URL = '', LEASE_MS = '1000' } = process.env;
const connection = await connectToNats(NATS_URL, 'saga-under-test');
const log = await openJetStreamLog(connection, { name: LOG_STREAM, subjects: LOG_SUBJECTS });
const database = await openDatabase({ url: DATABASE_URL, poolSize: 4 });

// Without Nest, which takes longer to load than all of this: the module only starts and stops the same object.
const start = (): void => {
  new Saga({
    eventLog: deadlyLog(log),
    database: deadlyDatabase(database),
    hints: new LocalLaneHints(),
    clock: new SystemClock(),
    logger: createLogger({ app: 'saga', mode: 'production', logLevel: 'fatal' }),
    leaseMs: Number(LEASE_MS),
  }).start();
  process.send?.('started');
};

process.on('message', (order: Order) => {
  if ('arm' in order) armed = order.arm;
  else start();
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
