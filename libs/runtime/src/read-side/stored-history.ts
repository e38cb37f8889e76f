import { parseLogSubject } from '@app/contracts/topology/topology.js';
import { HistoryStore as HistoryTable, type Database } from '@app/read-model';
import { HistoryStore, type RawMessage, type ReadLimit } from '@app/streams';
import { Patience } from './patience.js';

/** The history in Postgres as the log's second source of old messages. Rejects at once while the database is away. */
export class StoredHistory extends HistoryStore {
  private readonly table: HistoryTable;
  private readonly patience = new Patience('the history');

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
    const page = await this.patience.ask(() => this.table.read(tenant, path, incarnation, position + 1, limit));
    return page.messages.map((message) => ({ ...message, subject }));
  }
}
