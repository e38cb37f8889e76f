import { parseLogSubject } from '@app/contracts';
import { HistoryStore as HistoryTable, type Database } from '@app/read-model';
import { HistoryStore, type RawMessage, type ReadLimit } from '@app/streams';

// The broker has every message, too: a database that is away must not cost a reader more than this, nor every reader.
const PATIENCE_MS = 1_000;
const AVOID_MS = 2_000;

/** The history in Postgres as the log's second source of old messages. Rejects at once while the database is away. */
export class StoredHistory extends HistoryStore {
  private readonly table: HistoryTable;
  private avoidedUntil = 0;

  constructor(database: Database) {
    super();
    this.table = new HistoryTable(database);
  }

  override async read(
    subject: string,
    incarnation: number,
    position: number,
    limit: ReadLimit,
  ): Promise<readonly RawMessage[]> {
    const address = parseLogSubject(subject);
    if (address?.kind !== 'stream') return [];
    const { tenant, path } = address;
    const page = await this.patiently(() => this.table.read(tenant, path, incarnation, position + 1, limit));
    return page.messages.map((message) => ({ ...message, subject }));
  }
  private async patiently<T>(ask: () => Promise<T>): Promise<T> {
    if (performance.now() < this.avoidedUntil) throw new Error('the history did not answer a moment ago');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the history does not answer')), PATIENCE_MS);
    });
    try {
      return await Promise.race([ask(), late]);
    } catch (error) {
      this.avoidedUntil = performance.now() + AVOID_MS;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
