import { parseLogSubject } from '@app/contracts/topology/topology.js';
import { ProducerIndex, UnitIndex, type Database } from '@app/read-model';
import { LogIndex, type Indexed, type Producer, type UnitPlace } from '@app/streams';
import { Patience } from './patience.js';

/** The index of old units and producers in Postgres. */
export class StoredIndex extends LogIndex {
  private readonly patience = new Patience('the index');
  private readonly unitKeys: UnitIndex;
  private readonly lastTriples: ProducerIndex;

  constructor(database: Database) {
    super();
    this.unitKeys = new UnitIndex(database);
    this.lastTriples = new ProducerIndex(database);
  }

  override async units(subject: string, ids: readonly string[]): Promise<Indexed<UnitPlace>> {
    const { tenant, path } = addressOf(subject);
    return this.patience.ask(() => this.unitKeys.find(tenant, path, ids));
  }

  override async producers(subject: string, incarnation: number, ids: readonly string[]): Promise<Indexed<Producer>> {
    const { tenant, path } = addressOf(subject);
    return this.patience.ask(() => this.lastTriples.find(tenant, path, incarnation, ids));
  }
}

const addressOf = (subject: string): { readonly tenant: string; readonly path: string } => {
  const address = parseLogSubject(subject);
  if (address?.kind !== 'stream' && address?.kind !== 'waiters') throw new Error(`${subject} is not indexed`);
  return address;
};
