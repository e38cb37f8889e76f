import type { Client, QueryConfig, QueryResult } from 'pg';
import type { DataSource } from 'typeorm';
import type { Tx } from './tx.js';

export interface TransactionOptions {
  /** `off` only when the log can reproduce every row written. */
  readonly synchronousCommit?: 'on' | 'off';
  readonly isolation?: 'read committed' | 'repeatable read';
  /** Longest time of one statement, in milliseconds; the server ends it then. */
  readonly statementMs?: number;
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

// A server that is frozen or cut off does not refuse, it never answers. Single statements are small reads and writes that
// somebody waits for; in transactions the server itself ends a statement before this (`statement_timeout`).
const ANSWER_MS = 5_000;
const ANSWER_IN_TRANSACTION_MS = 65_000;
const NO_ANSWER = 'Query read timeout';

/** The database did not answer in time; whether it did what it was asked is unknown. */
export class DatabaseSilent extends Error {
  override readonly name = 'DatabaseSilent';
  readonly code = 'ETIMEDOUT';
}

const isSilence = (error: unknown): boolean => error instanceof Error && error.message === NO_ANSWER;

interface BoundedQuery extends QueryConfig {
  /** Known to the driver, missing in its types. */
  readonly query_timeout: number;
}

const run = (client: Client, query: BoundedQuery): Promise<QueryResult<object>> => client.query(query);

class ClientTx implements Tx {
  constructor(
    private readonly client: Client,
    private readonly answerMs: number,
  ) {}

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.run(text, values, preparedName(text))).rows as Row[];
  }

  async queryOnce<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.run(text, values)).rows as Row[];
  }

  async execute(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.run(text, values, preparedName(text))).rowCount ?? 0;
  }

  private run(text: string, values: readonly unknown[], name?: string): Promise<QueryResult<object>> {
    return run(this.client, {
      text,
      values: [...values],
      query_timeout: this.answerMs,
      ...(name !== undefined && { name }),
    });
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
      const { statementMs } = options;
      const bounded = statementMs === undefined ? '' : `; SET LOCAL statement_timeout = ${String(statementMs)}`;
      await run(client, { text: `BEGIN${isolation}${lazy}${bounded}`, query_timeout: ANSWER_MS });
      try {
        const result = await work(new ClientTx(client, ANSWER_IN_TRANSACTION_MS));
        await run(client, { text: 'COMMIT', query_timeout: ANSWER_IN_TRANSACTION_MS });
        return result;
      } catch (error) {
        // The connection may be what broke; the error that matters is the first one.
        if (!isSilence(error)) await run(client, { text: 'ROLLBACK', query_timeout: ANSWER_MS }).catch(() => undefined);
        throw error;
      }
    });
  }

  /** One statement, in its own snapshot. */
  query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.withClient((client) => new ClientTx(client, ANSWER_MS).query<Row>(text, values));
  }

  execute(text: string, values: readonly unknown[] = []): Promise<number> {
    return this.withClient((client) => new ClientTx(client, ANSWER_MS).execute(text, values));
  }

  /** A session of its own, for locks that outlive a transaction. */
  async session<T>(work: (session: Tx) => Promise<T>): Promise<T> {
    return this.withClient((client) => work(new ClientTx(client, ANSWER_MS)));
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let client: Client | undefined;
    try {
      client = (await runner.connect()) as Client;
      return await work(client);
    } catch (cause) {
      if (!isSilence(cause)) throw cause;
      // The answer may still come; the next user of this connection would take it for his.
      void client?.end();
      throw new DatabaseSilent('the database did not answer in time', { cause });
    } finally {
      await runner.release();
    }
  }
}
