import { parseLogSubject } from '@app/contracts';
import { HistoryStore as HistoryTable, type Database } from '@app/read-model';
import { HistoryStore, type RawMessage, type ReadLimit } from '@app/streams';

/** The history in Postgres as the log's second source of old messages. */
export class StoredHistory extends HistoryStore {
  private readonly table: HistoryTable;

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
    const page = await this.table.read(address.tenant, address.path, incarnation, position + 1, limit);
    return page.messages.map((message) => ({ ...message, subject }));
  }
}
