import type { LogMessage, Producer, Unit } from '../port/message.js';
import type { ReadLimit } from '../port/log-backend.js';

export interface RecentLimits {
  readonly messages: number;
  readonly bytes: number;
}

// What a message and each of its units cost besides the payload: headers, decoded parts, the entry under the unit's id.
const MESSAGE_OVERHEAD = 2_500;
const UNIT_OVERHEAD = 300;

/** The units of a message in a format of another time are nobody's business here. */
const unitsOf = (message: LogMessage): readonly Unit[] => {
  try {
    return message.units;
  } catch {
    return [];
  }
};

const cost = (message: LogMessage): number =>
  message.payload.length + MESSAGE_OVERHEAD + unitsOf(message).length * UNIT_OVERHEAD;

/** The last unit of a producer among the recent messages. */
interface RecentProducer {
  readonly message: LogMessage;
  readonly producer: Producer;
}

// Ids are unique per subject only: one effect may leave units with its id on several streams. No subject holds a space.
const unitKey = (subject: string, id: string): string => `${subject} ${id}`;

/**
 * The newest messages of the whole log, as the feed delivered them: what cursors, readers and the search for unit ids
 * look at first. Complete for every sequence in (`start`, `end`].
 */
export class RecentLog {
  private messages: (LogMessage | undefined)[] = [];
  private readonly bySubject = new Map<string, LogMessage[]>();
  private readonly units = new Map<string, { readonly message: LogMessage; readonly unit: number }>();
  private readonly producers = new Map<string, RecentProducer>();
  private bytes = 0;
  // Dropped messages stay in the array until there are many, because shifting one by one is quadratic.
  private dropped = 0;
  private first: number;
  private last: number;

  constructor(
    startAfter: number,
    private readonly limits: RecentLimits,
  ) {
    this.first = startAfter;
    this.last = startAfter;
  }

  get start(): number {
    return this.first;
  }

  get end(): number {
    return this.last;
  }

  push(message: LogMessage): void {
    this.messages.push(message);
    this.last = message.seq;
    const own = this.bySubject.get(message.subject);
    if (own) own.push(message);
    else this.bySubject.set(message.subject, [message]);
    unitsOf(message).forEach(({ id, producer }, index) => {
      this.units.set(unitKey(message.subject, id), { message, unit: index });
      if (producer) this.producers.set(unitKey(message.subject, producer.id), { message, producer });
    });
    this.bytes += cost(message);
    while (this.bytes > this.limits.bytes || this.messages.length - this.dropped > this.limits.messages)
      this.dropFirst();
  }

  /** A unit with this id among the recent messages of the subject. */
  findUnit(subject: string, id: string): { readonly message: LogMessage; readonly unit: number } | undefined {
    return this.units.get(unitKey(subject, id));
  }

  /** What the producer wrote last on the subject, in whatever life of it, if that is among the recent messages. */
  findProducer(subject: string, id: string): RecentProducer | undefined {
    return this.producers.get(unitKey(subject, id));
  }

  /** Messages after `position`; undefined when some of them are no longer here. */
  after(position: number, limit: ReadLimit): readonly LogMessage[] | undefined {
    if (position < this.first) return undefined;
    return this.take(this.messages, this.indexAfter(this.messages, position, this.dropped), limit);
  }

  /** Messages of one subject after `position`; undefined when some of them may no longer be here. */
  ofSubject(subject: string, position: number, limit: ReadLimit): readonly LogMessage[] | undefined {
    if (position < this.first) return undefined;
    const own = this.bySubject.get(subject) ?? [];
    return this.take(own, this.indexAfter(own, position, 0), limit);
  }

  private take(from: readonly (LogMessage | undefined)[], start: number, limit: ReadLimit): readonly LogMessage[] {
    let bytes = 0;
    let end = start;
    while (end < from.length && end - start < limit.messages && (end === start || bytes < limit.bytes)) {
      bytes += from[end]?.payload.length ?? 0;
      end += 1;
    }
    // Only what was dropped is undefined, and that lies before `start`.
    return from.slice(start, end) as readonly LogMessage[];
  }

  /** Index of the first message with a higher sequence. */
  private indexAfter(list: readonly (LogMessage | undefined)[], position: number, from: number): number {
    let low = from;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((list[middle]?.seq ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private dropFirst(): void {
    const message = this.messages[this.dropped];
    if (!message) return;
    // Not only counted as dropped: the array must not keep the payload alive.
    this.messages[this.dropped] = undefined;
    this.dropped += 1;
    this.first = message.seq;
    this.bytes -= cost(message);
    const own = this.bySubject.get(message.subject);
    if (own && own.length > 1) own.shift();
    else this.bySubject.delete(message.subject);
    for (const { id, producer } of unitsOf(message)) {
      const key = unitKey(message.subject, id);
      if (this.units.get(key)?.message === message) this.units.delete(key);
      const by: string | undefined = producer && unitKey(message.subject, producer.id);
      if (by !== undefined && this.producers.get(by)?.message === message) this.producers.delete(by);
    }
    if (this.dropped > 1024 && this.dropped * 2 > this.messages.length) {
      this.messages = this.messages.slice(this.dropped);
      this.dropped = 0;
    }
  }
}
