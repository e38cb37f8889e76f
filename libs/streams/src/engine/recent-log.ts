import type { LogMessage, Producer, Unit } from '../port/message.js';
import type { ReadLimit } from '../port/log-backend.js';
import { pack, unpack, type PackedMessage } from './packed-message.js';
import { Slabs } from './slabs.js';
import { UnitsById, type UnitHolder } from './units-by-id.js';

export interface RecentLimits {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * The newest of all are kept as objects: they are read again and again by whoever follows the log, and what parsing made of
 * them is shared. Few enough that the young generation of the heap is their grave: an object that outlives it costs
 * several times its size before it is collected.
 */
const OPEN_MESSAGES = 256;
const OPEN_BYTES = 4 * 1024 * 1024;

// What a message and each of its units take in memory beside their bytes: places in arrays and maps, ids.
const MESSAGE_OVERHEAD = 400;
const UNIT_OVERHEAD = 120;

/** The units of a message in a format of another time are nobody's business here. */
const unitsOf = (message: LogMessage): readonly Unit[] => {
  try {
    return message.units;
  } catch {
    return [];
  }
};

const headerLengths = ({ headers }: LogMessage): number => {
  let sum = 0;
  for (const name in headers) sum += name.length + (headers[name]?.length ?? 0);
  return sum;
};

const costOf = (message: LogMessage, units: number): number =>
  message.payload.length + headerLengths(message) + MESSAGE_OVERHEAD + units * UNIT_OVERHEAD;

interface Kept extends UnitHolder {
  readonly seq: number;
  /** Of all its units. */
  readonly ids: readonly string[];
  readonly payloadBytes: number;
  readonly cost: number;
  /** Keys of those that wrote units of it. */
  readonly producers: readonly string[];
  form: LogMessage | PackedMessage;
}

const isPacked = (form: Kept['form']): form is PackedMessage => 'place' in form;

const open = (kept: Kept): LogMessage => (isPacked(kept.form) ? unpack(kept.form, kept) : kept.form);

/** What is known of the command whose unit is looked for. */
interface SoughtUnit {
  /** See Unit.keyed. */
  readonly keyed: boolean;
  /** No message up to here has it. */
  readonly since: number;
}

interface RecentUnit {
  readonly message: LogMessage;
  readonly unit: number;
}

/** The last unit of a producer among the recent messages. */
interface RecentProducer {
  readonly message: LogMessage;
  readonly producer: Producer;
}

// Ids are unique per subject only. No subject holds a space.
const producerKey = (subject: string, id: string): string => `${subject} ${id}`;

const NONE: readonly string[] = [];

/**
 * The newest messages of the whole log, as the feed delivered them: what cursors, readers and the search for unit ids
 * look at first. Complete for every sequence in (`start`, `end`].
 */
export class RecentLog {
  private messages: (Kept | undefined)[] = [];
  private readonly bySubject = new Map<string, Kept[]>();
  /** Others are looked for where they were written a moment ago: an index of every id costs more than all the rest. */
  private readonly keyed = new UnitsById<Kept>();
  private readonly producers = new Map<string, Kept>();
  private readonly slabs = new Slabs();
  private bytes = 0;
  // Dropped messages stay in the array until there are many, because shifting one by one is quadratic.
  private dropped = 0;
  /** Index of the oldest that is not packed. */
  private opened = 0;
  private openBytes = 0;
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

  /** What is here now. */
  get held(): RecentLimits {
    return { messages: this.messages.length - this.dropped, bytes: this.bytes };
  }

  push(message: LogMessage): void {
    const { subject, seq, payload } = message;
    const ids: string[] = [];
    const keyed: string[] = [];
    const writers: string[] = [];
    for (const unit of unitsOf(message)) {
      const { id, producer } = unit;
      ids.push(id);
      if (unit.keyed) keyed.push(id);
      if (producer) writers.push(producerKey(subject, producer.id));
    }
    const kept: Kept = {
      subject,
      seq,
      payloadBytes: payload.length,
      cost: costOf(message, ids.length),
      ids,
      keyed: keyed.length > 0 ? keyed : NONE,
      producers: writers.length > 0 ? writers : NONE,
      form: message,
    };
    this.messages.push(kept);
    this.last = seq;
    const own = this.bySubject.get(subject);
    if (own) own.push(kept);
    else this.bySubject.set(subject, [kept]);
    this.keyed.add(kept);
    for (const key of writers) this.producers.set(key, kept);
    this.bytes += kept.cost;
    this.openBytes += kept.cost;
    while (this.bytes > this.limits.bytes || this.messages.length - this.dropped > this.limits.messages)
      this.dropFirst();
    while (this.openBytes > OPEN_BYTES || this.messages.length - this.opened > OPEN_MESSAGES) this.packNext();
  }

  /** A message by its sequence. */
  at(seq: number): LogMessage | undefined {
    const kept = this.messages[this.indexAfter(this.messages, seq - 1, this.dropped)];
    return kept?.seq === seq ? open(kept) : undefined;
  }

  /** Sequence of the newest message of a subject, 0 when there is none here. */
  newestOf(subject: string): number {
    return this.bySubject.get(subject)?.at(-1)?.seq ?? 0;
  }

  /**
   * The newest unit with this id among the recent messages of the subject: of a keyed command wherever it is, of any other
   * command behind `since`.
   */
  findUnit(subject: string, id: string, { keyed, since }: SoughtUnit): RecentUnit | undefined {
    const kept = keyed ? this.keyed.find(subject, id) : this.holding(subject, id, since);
    return kept && { message: open(kept), unit: kept.ids.lastIndexOf(id) };
  }

  private holding(subject: string, id: string, since: number): Kept | undefined {
    const own = this.bySubject.get(subject) ?? [];
    for (let at = own.length - 1; at >= 0; at -= 1) {
      const kept = own[at];
      if (!kept || kept.seq <= since) return undefined;
      if (kept.ids.includes(id)) return kept;
    }
    return undefined;
  }

  /** What the producer wrote last on the subject, in whatever life of it, if that is among the recent messages. */
  findProducer(subject: string, id: string): RecentProducer | undefined {
    const kept = this.producers.get(producerKey(subject, id));
    const message = kept && open(kept);
    const producer = message?.units.findLast((unit) => unit.producer?.id === id)?.producer;
    return message && producer && { message, producer };
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

  private take(from: readonly (Kept | undefined)[], start: number, limit: ReadLimit): readonly LogMessage[] {
    const taken: LogMessage[] = [];
    for (let bytes = 0, at = start; taken.length < limit.messages && (at === start || bytes < limit.bytes); at += 1) {
      const kept = from[at];
      // Only what was dropped is undefined before the end, and that lies before `start`.
      if (!kept) break;
      bytes += kept.payloadBytes;
      taken.push(open(kept));
    }
    return taken;
  }

  /** Index of the first message with a higher sequence. */
  private indexAfter(list: readonly (Kept | undefined)[], position: number, from: number): number {
    let low = from;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((list[middle]?.seq ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private packNext(): void {
    const kept = this.messages[this.opened];
    this.opened += 1;
    if (!kept || isPacked(kept.form)) return;
    this.openBytes -= kept.cost;
    kept.form = pack(this.slabs, kept.form);
  }

  private dropFirst(): void {
    const kept = this.messages[this.dropped];
    if (!kept) return;
    // Not only counted as dropped: the array must not keep the message alive.
    this.messages[this.dropped] = undefined;
    this.dropped += 1;
    this.first = kept.seq;
    this.bytes -= kept.cost;
    if (isPacked(kept.form)) this.slabs.giveBack(kept.form.place);
    else {
      this.openBytes -= kept.cost;
      this.opened = this.dropped;
    }
    const own = this.bySubject.get(kept.subject);
    if (own && own.length > 1) own.shift();
    else this.bySubject.delete(kept.subject);
    this.keyed.delete(kept);
    for (const key of kept.producers) if (this.producers.get(key) === kept) this.producers.delete(key);
    if (this.dropped > 1024 && this.dropped * 2 > this.messages.length) {
      this.messages = this.messages.slice(this.dropped);
      this.opened -= this.dropped;
      this.dropped = 0;
    }
  }
}
