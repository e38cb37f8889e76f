import { LRUCache } from 'lru-cache';

/** Races lost one after the other that make a stream contested. */
const LOSSES = 8;
/** How long it counts as that; then it is tried again. */
const CONTESTED_MS = 5_000;
const KEPT = 10_000;

/**
 * Streams on which this process kept losing against another writer. A race that is lost now and then costs less than giving
 * every command to somebody else would.
 */
export class Contests {
  private readonly losses = new LRUCache<string, number>({ max: KEPT });
  private readonly contested = new LRUCache<string, true>({ max: KEPT, ttl: CONTESTED_MS });

  lost(subject: string): void {
    const losses = (this.losses.get(subject) ?? 0) + 1;
    this.losses.set(subject, losses);
    if (losses >= LOSSES) this.contested.set(subject, true);
  }

  won(subject: string): void {
    if (this.losses.size > 0) this.losses.delete(subject);
  }

  on(subject: string): boolean {
    return this.contested.size > 0 && this.contested.has(subject);
  }
}
