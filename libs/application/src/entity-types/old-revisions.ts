import { LRUCache } from 'lru-cache';
import { evolveEntityType, type EntityTypeState } from '@app/domain/entity-type/entity-type.state.js';
import type { EntityTypeDocument } from '@app/domain/entity-type/entity-type.document.js';
import type { Log } from '@app/streams';
import { typeItems } from './entity-type-aggregate.js';

/** A revision of a type: its number, and the message of the registry by which an entity knows it. */
export interface RevisionPlace {
  readonly subject: string;
  readonly seq: number;
  readonly revision: number;
}

/** A decision, which cannot wait, needs a revision that is not in memory: to be decided again while it is held. */
export class RevisionAway extends Error {
  override readonly name = 'RevisionAway';

  constructor(readonly place: RevisionPlace) {
    super(`revision ${String(place.revision)} of ${place.subject} is not in memory`);
  }
}

/** In use, and not forgotten meanwhile. */
interface Held {
  users: number;
  readonly read: Promise<void>;
  /** Undefined until it was read. */
  found?: { readonly document: EntityTypeDocument | undefined };
}

export interface HeldRevisions {
  readonly revisions: number;
  readonly bytes: number;
}

// Ten of the largest, thousands of most.
const KEPT_BYTES = 16 * 1024 * 1024;
// What a character becomes when it is parsed, at most.
const BYTES_PER_CHARACTER = 6;

const bytesOf = (document: EntityTypeDocument): number => JSON.stringify(document).length * BYTES_PER_CHARACTER;

const keyOf = ({ subject, seq, revision }: RevisionPlace): string => `${subject} ${String(seq)}.${String(revision)}`;

/**
 * Types as they once were, read again from the registry when somebody needs them, where every message says the whole type.
 * So many bytes of those that were used last are kept, beside those in use.
 */
export class OldRevisions {
  private readonly kept = new LRUCache<string, EntityTypeDocument>({ maxSize: KEPT_BYTES, sizeCalculation: bytesOf });
  private readonly inUse = new Map<string, Held>();

  constructor(private readonly log: Log) {}

  /** What is here now. */
  get held(): HeldRevisions {
    return { revisions: this.kept.size + this.inUse.size, bytes: this.kept.calculatedSize };
  }

  /** Undefined when the log does not have it. @throws RevisionAway */
  at(place: RevisionPlace): EntityTypeDocument | undefined {
    const key = keyOf(place);
    const kept = this.kept.get(key);
    if (kept) return kept;
    const found = this.inUse.get(key)?.found;
    if (!found) throw new RevisionAway(place);
    return found.document;
  }

  /** Reads a revision unless somebody else does; `work` finds it in memory until its end. @throws LogUnavailable */
  async holding<T>(place: RevisionPlace, work: () => Promise<T> | T): Promise<T> {
    const key = keyOf(place);
    const held = this.inUse.get(key) ?? this.hold(key, place);
    held.users += 1;
    try {
      await held.read;
      return await work();
    } finally {
      held.users -= 1;
      if (held.users === 0) this.inUse.delete(key);
    }
  }

  private hold(key: string, place: RevisionPlace): Held {
    const known = this.kept.get(key);
    const read = async (): Promise<void> => {
      const document = known ?? (await this.read(place));
      held.found = { document };
      if (document) this.kept.set(key, document);
    };
    // Begins after this, because it notes there what it read.
    const held: Held = { users: 0, read: Promise.resolve().then(read) };
    this.inUse.set(key, held);
    return held;
  }

  private async read({ subject, seq, revision }: RevisionPlace): Promise<EntityTypeDocument | undefined> {
    const message = await this.log.message(seq);
    if (message?.subject !== subject) return undefined;
    // Two amendments may share one message.
    let state: EntityTypeState;
    for (const item of typeItems(message)) {
      state = evolveEntityType(state, item);
      if (state?.document.revision === revision) return state.document;
    }
    return undefined;
  }
}
