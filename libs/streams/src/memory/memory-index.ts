import { decodeMessage } from '../codec/format-v1.js';
import { LogIndex, type Indexed, type UnitPlace } from '../port/log-index.js';
import type { Producer } from '../port/message.js';
import type { MemoryBroker } from './memory-backend.js';

const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

/** An index of the log in this process's memory. Nobody waits for it: it reads on when it is asked. */
export class MemoryIndex extends LogIndex {
  private readonly places = new Map<string, UnitPlace>();
  private readonly last = new Map<string, Producer>();
  private position = 0;
  /** False: it stays where it is. */
  following = true;

  constructor(private readonly broker: MemoryBroker) {
    super();
  }

  override async units(subject: string, ids: readonly string[]): Promise<Indexed<UnitPlace>> {
    this.follow();
    const found = ids.flatMap((id) => this.places.get(keyOf(subject, id)) ?? []);
    return { found, position: this.position };
  }

  override async producers(subject: string, incarnation: number, ids: readonly string[]): Promise<Indexed<Producer>> {
    this.follow();
    const found = ids.flatMap((id) => this.last.get(keyOf(subject, incarnation, id)) ?? []);
    return { found, position: this.position };
  }

  private follow(): void {
    if (!this.following) return;
    for (const raw of this.broker.messages.slice(this.position)) {
      this.position += 1;
      if (!raw) continue;
      const { subject, seq, units, state } = decodeMessage(raw);
      units.forEach(({ id, keyed, producer }, unit) => {
        if (keyed) this.places.set(keyOf(subject, id), { id, seq, unit });
        if (producer) this.last.set(keyOf(subject, state.incarnation, producer.id), producer);
      });
    }
  }
}
