import type { Command } from '../port/command.js';
import { LogUnavailable } from '../port/log-backend.js';
import type { LogIndex, UnitPlace } from '../port/log-index.js';
import type { LogMessage } from '../port/message.js';
import { lookUp, type LookupParts } from './index-lookup.js';

export interface FoundUnit {
  readonly message: LogMessage;
  readonly unit: number;
}

export interface UnitSearchParts extends LookupParts {
  readonly index: LogIndex | undefined;
  readonly message: (seq: number) => Promise<LogMessage | undefined>;
}

/** Whose unit is looked for. */
type Sought = Pick<Command<never, never>, 'id' | 'keyed'>;

/** Which ids are looked for: those in (`since`, tail]. */
export interface UnitQuery {
  readonly subject: string;
  readonly ids: readonly string[];
  /** All of them are in the index (see Unit.keyed). */
  readonly keyed: boolean;
  readonly since: number;
  /** The life of the stream; 0: it is absent. */
  readonly incarnation: number;
  readonly tail: number;
}

export interface UnitAnswer {
  readonly found: ReadonlyMap<string, FoundUnit>;
  /** What was not found is not there up to here; what came later is among the recent messages. */
  readonly upTo: number;
}

/** Whether the unit of a command is in the log already: among the recent messages, in the index, or on the stream. */
export class UnitSearch {
  constructor(private readonly parts: UnitSearchParts) {}

  /** Of what the feed has brought; `since` is where the search for it begins. */
  recent(subject: string, { id, keyed = false }: Sought, since: number): FoundUnit | undefined {
    return this.parts.feed.recent.findUnit(subject, id, { keyed, since });
  }

  /** Nothing after `since` is older than the recent messages. */
  isRecent(since: number): boolean {
    return since >= this.parts.feed.recent.start;
  }

  async old({ subject, ids, keyed, since, incarnation, tail }: UnitQuery): Promise<UnitAnswer> {
    const { index } = this.parts;
    const found = new Map<string, FoundUnit>();
    const wanted = new Set(ids);
    let places: readonly UnitPlace[] = [];
    const upTo = await lookUp<UnitPlace>(this.parts, {
      subject,
      tail,
      from: since,
      ask: keyed && index ? () => index.units(subject, ids) : undefined,
      begin: (indexed) => {
        places = indexed;
        found.clear();
      },
      visit: (message) => {
        message.units.forEach(({ id }, unit) => {
          if (wanted.has(id)) found.set(id, { message, unit });
        });
        return found.size === wanted.size;
      },
    });
    for (const place of places) {
      const message = await this.at(subject, place);
      // What belonged to a life that is over goes with it.
      if (!message && incarnation > 0 && place.seq >= incarnation) throw missing(place);
      if (message) found.set(place.id, { message, unit: place.unit });
    }
    return { found, upTo };
  }

  private async at(subject: string, place: UnitPlace): Promise<LogMessage | undefined> {
    const message = await this.parts.message(place.seq);
    if (message && (message.subject !== subject || message.units[place.unit]?.id !== place.id)) throw missing(place);
    return message;
  }
}

const missing = ({ id, seq }: UnitPlace): LogUnavailable =>
  new LogUnavailable(`unit ${id} is not in message ${String(seq)}, as the index says`);
