import { LogIndex, type Indexed, type Producer, type UnitPlace } from '@app/streams';
import type { Gate } from './faulty-backend.js';

/** An index that can be away, whose answers can be kept back, and that counts what it is asked. */
export class FaultyIndex extends LogIndex {
  private gate?: Gate;
  asked = 0;
  /** It cannot be asked. */
  away = false;

  constructor(private readonly inner: LogIndex) {
    super();
  }

  /** Every answer waits until the gate opens. */
  hold(gate: Gate): void {
    this.gate = gate;
  }

  override units(subject: string, ids: readonly string[]): Promise<Indexed<UnitPlace>> {
    return this.answer(() => this.inner.units(subject, ids));
  }

  override producers(subject: string, incarnation: number, ids: readonly string[]): Promise<Indexed<Producer>> {
    return this.answer(() => this.inner.producers(subject, incarnation, ids));
  }

  private async answer<T>(ask: () => Promise<T>): Promise<T> {
    this.asked += 1;
    if (this.away) throw new Error('the index is away, says the test');
    const found = await ask();
    await this.gate?.through();
    return found;
  }
}
