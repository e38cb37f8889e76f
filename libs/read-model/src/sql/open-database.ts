import pg from 'pg';
import { DataSource, MigrationExecutor } from 'typeorm';
import { migrations } from '../migrations/index.js';
import { Database } from './database.js';

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize?: number;
  readonly applicationName?: string;
  /** Told about idle connections that broke; the pool replaces them. */
  readonly onConnectionLost?: (error: Error) => void;
}

// Any constant works as long as nothing else in this database uses it.
const MIGRATION_LOCK = 7_264_001;

const INT8 = 20;

// Sequences and milliseconds stay far below 2^53.
const types = {
  getTypeParser: (oid: number, format: 'text' | 'binary' = 'text'): unknown =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
};

// Between leaving the pool and TypeORM's own listener a connection has nobody who hears its errors, and one that dies just then
// (a server that crashes greets and says farewell in one packet) would end the process. Whoever uses it learns from the query.
const outliveItsServer = (client: pg.PoolClient): void => {
  client.on('error', () => undefined);
};

/** The TypeORM side: pool and migrations. No entities: every statement on the hot path is set-based SQL. */
export const createDataSource = ({
  url,
  poolSize = 8,
  applicationName = 'reveille',
  onConnectionLost,
}: DatabaseOptions): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName,
    connectTimeoutMS: 5_000,
    migrations,
    migrationsTableName: 'reveille_migrations',
    poolErrorHandler: (error: Error) => onConnectionLost?.(error),
    extra: {
      types,
      keepAlive: true,
      onConnect: outliveItsServer,
      // A worker that froze inside a transaction must not hold row locks against its successor.
      idle_in_transaction_session_timeout: 15_000,
      statement_timeout: 60_000,
    },
  });

/** Brings the schema up to date. Processes that start together take turns, and the later ones find nothing to do. */
export const migrate = async (dataSource: DataSource): Promise<void> => {
  const runner = dataSource.createQueryRunner();
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'each';
  try {
    // Filling the rows of a large table takes long, and so does waiting for whoever does it.
    await runner.query('SET statement_timeout = 0');
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await executor.executePendingMigrations();
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await runner.query('RESET statement_timeout').catch(() => undefined);
    await runner.release();
  }
};

/** Connects and migrates. Rejects when the database cannot be reached: the caller decides whether to try again. */
export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const dataSource = await createDataSource(options).initialize();
  try {
    await migrate(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return new Database(dataSource);
};

/** Connects to a database as it is: for tools that look and must not change the schema. */
export const connectDatabase = async (options: DatabaseOptions): Promise<Database> =>
  new Database(await createDataSource(options).initialize());
