import { decodeText, encodeText } from '@app/projections';
import type { Database } from '../sql/database.js';
import { IndexedQueries } from './indexed-rows.js';

export interface LastTriple {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
}

/** What producers wrote last, for those that come back long after the state of their stream forgot them. */
export class ProducerIndex {
  private readonly queries: IndexedQueries;

  constructor(db: Database, group?: string) {
    this.queries = new IndexedQueries(db, group);
  }

  /**
   * @returns what producers of one life wrote last, and the position up to which who was not found wrote nothing.
   * @throws ProjectionRebuilding
   */
  async find(
    tenant: string,
    path: string,
    incarnation: number,
    ids: readonly string[],
  ): Promise<{ readonly found: readonly LastTriple[]; readonly position: number }> {
    const { rows, position } = await this.queries.of<LastTriple>(
      'stream-producers',
      tenant,
      path,
      `SELECT producer AS id, epoch, seq FROM stream_producers
       WHERE tenant = $1 AND path = $2 AND incarnation = $3 AND producer = ANY($4::text[])`,
      [incarnation, ids.map(encodeText)],
    );
    return { found: rows.map(({ id, epoch, seq }) => ({ id: decodeText(id), epoch, seq })), position };
  }
}
