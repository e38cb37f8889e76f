import { LOG_STREAM, REGISTRY_STREAM } from '@app/contracts/topology/topology.js';
import type { Config } from '@app/platform';
import { connectDatabase, type Database } from '@app/read-model';
import { connectToNats, type NatsConnection } from '@app/streams/jetstream/index.js';

export const STREAMS = [LOG_STREAM, REGISTRY_STREAM] as const;

const ANSWER_MS = 5_000;

/** An answer, or why there is none. */
export type Probe<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export const probe = async <T>(ask: () => Promise<T>): Promise<Probe<T>> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${String(ANSWER_MS / 1_000)} s`)), ANSWER_MS);
  });
  try {
    return { ok: true, value: await Promise.race([ask(), late]) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message || error.name : String(error) };
  } finally {
    clearTimeout(timer);
  }
};

/** Uses the broker for one question and closes the connection. */
export const withBroker = async <T>(config: Config, ask: (connection: NatsConnection) => Promise<T>): Promise<T> => {
  const connection = await connectToNats(config.natsUrl ?? '', 'reveille-ops');
  try {
    return await ask(connection);
  } finally {
    await connection.close();
  }
};

/** Uses the database as it is, without migrating it. */
export const withDatabase = async <T>(config: Config, ask: (db: Database) => Promise<T>): Promise<T> => {
  const db = await connectDatabase({ url: config.databaseUrl ?? '', poolSize: 2, applicationName: 'reveille-ops' });
  try {
    return await ask(db);
  } finally {
    await db.close();
  }
};
