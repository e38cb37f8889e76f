import type { PoolClient, QueryResult } from 'pg';
import type { DataSource } from 'typeorm';
import type { Tx } from './tx.js';

export interface TransactionOptions {
  /** `off` only when the log can reproduce every row written. */
  readonly synchronousCommit?: 'on' | 'off';
  readonly isolation?: 'read committed' | 'repeatable read';
}

// Statement texts are constants of the program; whoever builds them from data must not fill the server's memory.
const MAX_PREPARED = 500;

const preparedNames = new Map<string, string>();

const preparedName = (text: string): string | undefined => {
  const known = preparedNames.get(text);
  if (known !== undefined || preparedNames.size >= MAX_PREPARED) return known;
  const name = `rv${String(preparedNames.size)}`;
  preparedNames.set(text, name);
  return name;
};

const run = (client: PoolClient, text: string, values: readonly unknown[]): Promise<QueryResult<object>> => {
  const name = preparedName(text);
  return client.query({ text, values: [...values], ...(name !== undefined && { name }) });
};

class ClientTx implements Tx {
  constructor(private readonly client: PoolClient) {}

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await run(this.client, text, values)).rows as Row[];
  }

  async execute(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await run(this.client, text, values)).rowCount ?? 0;
  }
}

/**
 * The pool and schema of a TypeORM DataSource, without its query builder on the hot path: prepared statements on the
 * connection itself cost half of what `QueryRunner.query` does.
 */
export class Database {
  constructor(readonly dataSource: DataSource) {}

  /** Commits what `work` wrote, or nothing when it throws. */
  async transaction<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.withClient(async (client) => {
      const isolation = options.isolation === 'repeatable read' ? ' ISOLATION LEVEL REPEATABLE READ' : '';
      const lazy = options.synchronousCommit === 'off' ? '; SET LOCAL synchronous_commit = off' : '';
      await client.query(`BEGIN${isolation}${lazy}`);
      try {
        const result = await work(new ClientTx(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        // The connection may be what broke; the error that matters is the first one.
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  /** One statement, in its own snapshot. */
  query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.withClient((client) => new ClientTx(client).query<Row>(text, values));
  }

  execute(text: string, values: readonly unknown[] = []): Promise<number> {
    return this.withClient((client) => new ClientTx(client).execute(text, values));
  }

  /** A session of its own, for locks that outlive a transaction. */
  async session<T>(work: (session: Tx) => Promise<T>): Promise<T> {
    return this.withClient((client) => work(new ClientTx(client)));
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work((await runner.connect()) as PoolClient);
    } finally {
      await runner.release();
    }
  }
}
