import { headerLength, unitHeaderBytes, type StateDraft } from '../codec/format-v1.js';
import { holdsJson } from '../codec/media-type.js';
import type { CommitDraft } from '../codec/pieces.js';
import {
  StateTooLarge,
  type Aggregate,
  type Command,
  type Committed,
  type Decision,
  type StreamView,
  type UnitDraft,
} from '../port/command.js';
import type { Json } from '../port/json.js';
import type { ControlEvent, Lineage, MessageKind, Producer, Unit } from '../port/message.js';
import { START, type Offset } from '../port/offset.js';
import { positionAtBirth } from './entries.js';
import { ProducerBook } from './producers.js';
import type { AggregateTail } from './tail.js';

// The broker refuses more than 64 KB of headers; the rest is for state and cold part.
export const GROUP_HEADER_BYTES = 48 * 1024;
export const GROUP_UNITS = 500;
export const GROUP_BYTES = 1024 * 1024;
const COLD_BYTES = 24 * 1024;

/** Of a command, and so of its units. */
type Identity = Pick<Command<never, never>, 'id' | 'keyed' | 'fingerprint'>;

type Append<S> = Extract<Decision<S, unknown>, { kind: 'append' }>;

interface SealedState {
  readonly cold: Json | undefined;
  readonly draft: StateDraft;
}

const COMMA = Buffer.from(',');
const OPEN = Buffer.from('[');
const CLOSE = Buffer.from(']');

/** Collects the units of one group commit and the state after each, so that the next command decides on it. */
export class Group<S> {
  private readonly units: Unit[] = [];
  private readonly ids = new Set<string>();
  private readonly events: ControlEvent[] = [];
  private readonly types = new Set<string>();
  private readonly bodies: Uint8Array[] = [];
  /** Items up to and including each unit. */
  private readonly counts: number[] = [];
  private counted = 0;
  private headerBytes = 0;
  private bodyBytes = 0;
  private state: S;
  private closed: boolean;
  private closedBy?: Producer;
  private contentType: string;
  /** The content is JSON items. */
  private json: boolean;
  /** What is known of the producers of this life. */
  producers: ProducerBook;
  private lastStreamSeq?: string;
  private kind: MessageKind = 'commit';
  /** The message is the first of a life. */
  private born = false;
  private lineage?: Lineage;
  private sealed?: SealedState;

  constructor(
    private readonly aggregate: Aggregate<S>,
    private readonly base: AggregateTail<S>,
  ) {
    const { after, state } = base;
    this.state = state;
    this.closed = after?.closed ?? false;
    this.closedBy = after?.closedBy;
    this.contentType = after?.contentType ?? '';
    this.json = holdsJson(this.contentType);
    this.producers = new ProducerBook(after);
    this.lastStreamSeq = after?.lastStreamSeq;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  get size(): number {
    return this.units.length;
  }

  /** A group that closed or deleted the stream takes nothing more. */
  get full(): boolean {
    return (
      this.kind === 'tombstone' ||
      (this.closed && this.units.length > 0) ||
      this.units.length >= GROUP_UNITS ||
      this.headerBytes >= GROUP_HEADER_BYTES / 2 ||
      this.bodyBytes >= GROUP_BYTES
    );
  }

  /**
   * Whether a decision begins a message of its own: a new life; an end, behind which what was acknowledged just before is a
   * commit like any other; and units so large.
   */
  static takesAlone<S>({ newLife, tombstone, units }: Append<S>): boolean {
    if (newLife === true || tombstone === true) return true;
    return units.reduce((sum, { body }) => sum + body.length, 0) > GROUP_BYTES;
  }

  /** `producer`: id of the one that asks. */
  view(producer?: string): StreamView<S> {
    const { seq, after } = this.base;
    return {
      seq,
      exists: after !== undefined || this.units.length > 0,
      contentType: this.contentType,
      closed: this.closed,
      closedBy: this.closedBy,
      tail: after?.tail ?? START,
      producers: this.producers.facts(producer),
      lastStreamSeq: this.lastStreamSeq,
      state: this.state,
    };
  }

  /** Index of the first unit added. */
  add({ id, keyed, fingerprint }: Identity, decision: Append<S>): number {
    const first = this.units.length;
    if (decision.newLife || (!this.base.after && first === 0)) this.begin(decision);
    decision.units.forEach((draft, index) => {
      this.addUnit({ id: index === 0 ? id : `${id}.${String(index)}`, keyed, fingerprint }, draft);
    });
    this.state = decision.next;
    if (decision.close) {
      this.closed = true;
      this.closedBy = decision.units.at(-1)?.producer;
    }
    if (decision.tombstone) this.kind = 'tombstone';
    return first;
  }

  /** Nothing of an earlier life of the path is visible in the one that begins. */
  private begin({ contentType = 'application/octet-stream', lineage }: Append<S>): void {
    this.born = true;
    this.contentType = contentType;
    this.json = holdsJson(contentType);
    this.closed = false;
    this.closedBy = undefined;
    this.producers = new ProducerBook(undefined);
    this.lastStreamSeq = undefined;
    this.lineage = lineage;
    if (lineage) this.kind = 'fork';
  }

  /** The stream's tail before the first public item of this message. */
  private get before(): Offset {
    if (this.born) return this.lineage?.cut ?? START;
    return this.base.after?.tail ?? START;
  }

  private addUnit({ id, keyed, fingerprint }: Identity, draft: UnitDraft): void {
    const index = this.units.length;
    const { count, producer, streamSeq } = draft;
    // One shape for all: objects put together from parts each get a shape of their own, which is slow to use.
    const unit: Unit = { id, count, producer, streamSeq, keyed: keyed ? true : undefined, fingerprint };
    this.units.push(unit);
    this.ids.add(id);
    this.headerBytes += unitHeaderBytes(unit, draft.events);
    for (const { type, data } of draft.events) this.events.push({ unit: index, type, data });
    for (const type of draft.types) this.types.add(type);
    if (draft.count > 0) {
      if (this.json && this.bodies.length > 0) this.bodies.push(COMMA);
      this.bodies.push(draft.body);
      this.bodyBytes += draft.body.length;
      this.counted += draft.count;
    }
    this.counts.push(this.counted);
    if (draft.producer) this.producers.accept(draft.producer);
    if (draft.streamSeq !== undefined) this.lastStreamSeq = draft.streamSeq;
  }

  /** Throws StateTooLarge when the cold part does not fit. */
  draft(): CommitDraft {
    const { cold, draft } = this.after();
    const changed = this.born || cold !== this.base.cold;
    if (changed && cold !== undefined && headerLength(cold) > COLD_BYTES)
      throw new StateTooLarge(`the state of the stream exceeds ${String(COLD_BYTES)} bytes`);
    return {
      message: {
        kind: this.kind,
        prev: this.base.seq,
        units: this.units,
        events: this.events,
        types: [...this.types],
        state: draft,
        lineage: this.lineage,
        cold: changed ? cold : undefined,
      },
      content: this.content(),
      before: () => this.stateBefore(),
      born: this.born,
    };
  }

  /** The tail once the commit is stored in messages from `first` to `seq`. */
  tailAt(seq: number, first = seq): AggregateTail<S> {
    if (this.kind === 'tombstone') return { seq, state: this.aggregate.initial, cold: undefined };
    const { cold, draft } = this.after();
    const { tail, coldAt, incarnation } = draft;
    return {
      seq,
      after: {
        ...draft,
        incarnation: incarnation || first,
        tail: tail === 'self' ? { seq, pos: 0 } : tail,
        coldAt: coldAt === 'none' ? 0 : coldAt || seq,
      },
      cold,
      state: this.state,
    };
  }

  /** Where units `first` … ended up in the message stored at `seq`. */
  committed(seq: number, first: number, count: number): readonly Committed[] {
    const from = this.born ? positionAtBirth(seq, this.before) : { seq: this.base.seq, pos: 0 };
    const at = { seq, from, before: this.before };
    return this.counts.slice(first, first + count).map((consumed, index) => ({
      seq,
      unit: first + index,
      offset: offsetAfter(consumed, this.counted, at),
    }));
  }

  /** The state after all units; nothing is added once this was asked for. */
  private after(): SealedState {
    if (this.sealed) return this.sealed;
    const { hot, cold } = this.aggregate.snapshot(this.state);
    this.sealed = { cold, draft: this.stateDraft(hot, this.coldAt(cold)) };
    return this.sealed;
  }

  private coldAt(cold: Json | undefined): number | 'none' {
    if (this.born || cold !== this.base.cold) return cold === undefined ? 'none' : 0;
    return this.base.after?.coldAt || 'none';
  }

  private stateDraft(hot: Json, coldAt: number | 'none'): StateDraft {
    const { producers, more } = this.producers.state;
    return {
      incarnation: this.born ? 0 : (this.base.after?.incarnation ?? 0),
      contentType: this.contentType,
      closed: this.closed,
      closedBy: this.closedBy,
      tail: this.counted > 0 ? 'self' : this.before,
      producers,
      moreProducers: more ? true : undefined,
      lastStreamSeq: this.lastStreamSeq,
      hot,
      coldAt,
    };
  }

  private stateBefore(): StateDraft {
    const { after } = this.base;
    if (after && !this.born) return { ...after, coldAt: after.coldAt || 'none' };
    const { contentType } = this;
    return {
      incarnation: 0,
      contentType,
      closed: false,
      tail: this.before,
      producers: [],
      hot: null,
      coldAt: 'none',
    };
  }

  private content(): readonly Uint8Array[] {
    if (!this.json || this.kind === 'tombstone') return this.bodies;
    return [OPEN, ...this.bodies, CLOSE];
  }
}

/**
 * Offset after a unit: the message itself when nothing public follows in it, otherwise inside it, counted from the
 * position before (`from`).
 * `consumed`: items up to and including the unit, of `total` in the message. `before`: the stream's tail before this
 * message, for units ahead of its first public item.
 */
export const offsetAfter = (
  consumed: number,
  total: number,
  { seq, from, before }: { readonly seq: number; readonly from: Offset; readonly before: Offset },
): Offset => {
  if (consumed === 0) return before;
  return consumed === total ? { seq, pos: 0 } : { seq: from.seq, pos: from.pos + consumed };
};
