import { compareOffsets, type LogMessage, type Offset } from '@app/streams';
import { isJson, type Content } from './units.js';

interface StoredMessage {
  readonly seq: number;
  readonly count: number;
}

export interface PlacedUnit {
  readonly content: Content;
  /** Items or bytes of the life before it. */
  readonly start: number;
  readonly end: number;
}

const itemsOf = (payload: Uint8Array): readonly string[] =>
  (JSON.parse(Buffer.from(payload).toString()) as readonly unknown[]).map((item) => JSON.stringify(item));

/** One life of a path as the log has it, told by nothing but its messages. */
export class Life {
  readonly units: PlacedUnit[] = [];
  /** Milliseconds by the clock of the broker: when nobody could see it any more, and when it was gone. */
  hiddenAt = Infinity;
  goneAt = Infinity;
  closedAt?: { readonly time: number; readonly position: number };
  readonly bornAt: number;
  readonly incarnation: number;
  readonly json: boolean;
  private readonly own: StoredMessage[] = [];
  private readonly items: string[];
  private chunks: Buffer[];
  private readonly inherited: number;
  private total: number;

  constructor(
    readonly path: string,
    first: LogMessage,
    /** Of a fork: what it shares, up to the cut. */
    private readonly source?: { readonly life: Life; readonly cut: Offset },
  ) {
    this.bornAt = first.time;
    this.incarnation = first.seq;
    this.json = isJson(first.state.contentType);
    this.inherited = source ? source.life.after(source.cut) : 0;
    this.total = this.inherited;
    this.items = source && this.json ? source.life.items.slice(0, this.inherited) : [];
    this.chunks = source && !this.json ? [source.life.bytes.subarray(0, this.inherited)] : [];
  }

  /** `payload`: of the whole commit. */
  take(message: LogMessage, payload: Uint8Array): void {
    let start = this.total;
    const items = this.json && message.units.some(({ count }) => count > 0) ? itemsOf(payload) : [];
    this.items.push(...items);
    if (!this.json) this.chunks.push(Buffer.from(payload));
    let at = 0;
    for (const { count } of message.units) {
      if (count === 0) continue;
      const content = this.json
        ? { items: items.slice(at, at + count), bytes: Buffer.alloc(0) }
        : { bytes: Buffer.from(payload.subarray(at, at + count)) };
      this.units.push({ content, start, end: start + count });
      at += count;
      start += count;
    }
    this.own.push({ seq: message.seq, count: at });
    this.total = start;
    if (message.state.closed) this.closedAt ??= { time: message.time, position: this.size };
  }

  get size(): number {
    return this.total;
  }

  /** How many items or bytes lie before an offset; undefined when it is none of this life. */
  position({ seq, pos }: Offset): number | undefined {
    if (seq === 0 && pos === 0) return 0;
    const cut = this.source?.cut;
    if (this.source && cut && compareOffsets({ seq, pos }, cut) <= 0)
      return compareOffsets({ seq, pos }, cut) === 0 ? this.inherited : this.source.life.position({ seq, pos });
    if (seq === this.incarnation - 1) return this.within(this.inherited + pos - (cut?.seq === seq ? cut.pos : 0));
    // An offset is that of a message of this life, or it was given out by another.
    if (!this.own.some((message) => message.seq === seq)) return undefined;
    const before = this.own.filter((message) => message.seq <= seq).reduce((sum, { count }) => sum + count, 0);
    return this.within(this.inherited + before + pos);
  }

  /** The same for a cut, which may be any number of items after an offset. */
  private after({ seq, pos }: Offset): number {
    return this.position({ seq, pos }) ?? (this.position({ seq, pos: 0 }) ?? NaN) + pos;
  }

  /** What an answer from `start` to `end` consists of. */
  between(start: number, end: number): Buffer {
    if (this.json) return Buffer.from(`[${this.items.slice(start, end).join()}]`);
    return this.bytes.subarray(start, end);
  }

  private get bytes(): Buffer {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0] ?? Buffer.alloc(0);
  }

  private within(position: number): number | undefined {
    return position <= this.size ? position : undefined;
  }
}
