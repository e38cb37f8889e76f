import type { Json } from '../port/json.js';
import type {
  ControlEvent,
  EncodedMessage,
  Headers,
  Lineage,
  LogMessage,
  MessageKind,
  Piece,
  Producer,
  RawMessage,
  StateAfter,
  Unit,
} from '../port/message.js';

/**
 * Message format v1. It is for ever: fields may be added, never renamed or given another meaning.
 * docs/adr/0002 shows every kind byte by byte.
 *
 * A message cannot know its own sequence before it is stored, so where `Rv-State` names one, 0 stands for "this message"
 * and -n for "n before this one": the messages of an atomic batch follow each other without a gap.
 */
export const HEADER = {
  format: 'Rv-Format',
  kind: 'Rv-Kind',
  prev: 'Rv-Prev',
  units: 'Rv-Units',
  events: 'Rv-Events',
  types: 'Rv-Types',
  state: 'Rv-State',
  cold: 'Rv-Cold',
  piece: 'Rv-Piece',
  lineage: 'Rv-Lineage',
} as const;

export const FORMAT = '1';

/** The message is not in a format this version reads; `term` it, never guess. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

type WireProducer = readonly [id: string, epoch: number, seq: number];
type WireUnit = readonly [id: string, count: number, more?: { p?: WireProducer; s?: string; k?: 1; h?: string }];
type WireEvent = readonly [unit: number, type: string, data: Json];
interface WireLineage {
  readonly s: string;
  readonly i: number;
  readonly o: readonly [seq: number, pos: number];
}
interface WireState {
  readonly i: number;
  readonly m: string;
  readonly t: 0 | readonly [seq: number, pos: number];
  readonly c?: 1;
  readonly b?: WireProducer;
  readonly p?: readonly WireProducer[];
  readonly e?: 0 | 1;
  readonly q?: string;
  readonly a?: Json;
  readonly d?: number;
}

const ASCII = /^[\x20-\x7e]*$/;
const NON_ASCII = /[^\x20-\x7e]/g;

/** Header values travel as one line of ASCII, so their length in bytes is their length in characters. */
const toHeader = (value: unknown): string => {
  const text = JSON.stringify(value);
  if (ASCII.test(text)) return text;
  return text.replace(NON_ASCII, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
};

/** Bytes of a value as a header. */
export const headerLength = (value: unknown): number => toHeader(value).length;

const producerToWire = ({ id, epoch, seq }: Producer): WireProducer => [id, epoch, seq];
const producerFromWire = ([id, epoch, seq]: WireProducer): Producer => ({ id, epoch, seq });

const unitToWire = ({ id, count, producer, streamSeq, keyed, fingerprint }: Unit): WireUnit => {
  if (!producer && streamSeq === undefined && !keyed && fingerprint === undefined) return [id, count];
  return [
    id,
    count,
    {
      ...(producer && { p: producerToWire(producer) }),
      ...(streamSeq !== undefined && { s: streamSeq }),
      ...(keyed && { k: 1 as const }),
      ...(fingerprint !== undefined && { h: fingerprint }),
    },
  ];
};

const unitFromWire = ([id, count, more]: WireUnit): Unit => ({
  id,
  count,
  producer: more?.p && producerFromWire(more.p),
  streamSeq: more?.s,
  keyed: more?.k && true,
  fingerprint: more?.h,
});

// Before `e` was written, the list alone said nothing about those it had lost: 32, or 1 KB, was the most it had.
const FULL_LIST = 32;
const FULL_LIST_BYTES = 512;

/** Bytes of the list, nearly. */
export const producerBytes = (producers: readonly Producer[]): number =>
  producers.reduce((sum, { id }) => sum + id.length + 16, 0);

const looksFull = (producers: readonly Producer[]): boolean =>
  producers.length >= FULL_LIST || producerBytes(producers) > FULL_LIST_BYTES;

const evicted = ({ producers, moreProducers }: Pick<StateAfter, 'producers' | 'moreProducers'>): WireState['e'] => {
  if (moreProducers) return 1;
  return looksFull(producers) ? 0 : undefined;
};

/** `tail: 'self'`: this message ends with a public item. `incarnation`, `coldAt` 0: this message, -n: n before it. */
export interface StateDraft extends Omit<StateAfter, 'tail' | 'coldAt'> {
  readonly tail: 'self' | StateAfter['tail'];
  readonly coldAt: number | 'none';
}

/** Fields that are undefined are not written: JSON has no such value. */
const stateToWire = (state: StateDraft): WireState => ({
  i: state.incarnation,
  m: state.contentType,
  t: state.tail === 'self' ? 0 : [state.tail.seq, state.tail.pos],
  c: state.closed ? 1 : undefined,
  b: state.closedBy && producerToWire(state.closedBy),
  p: state.producers.length > 0 ? state.producers.map(producerToWire) : undefined,
  e: evicted(state),
  q: state.lastStreamSeq,
  a: state.hot ?? undefined,
  d: state.coldAt === 'none' ? undefined : state.coldAt,
});

const sequence = (wire: number, own: number): number => (wire > 0 ? wire : own + wire);

const stateFromWire = (wire: WireState, seq: number): StateAfter => {
  const producers = (wire.p ?? []).map(producerFromWire);
  const more = wire.e === undefined ? looksFull(producers) : wire.e === 1;
  return {
    incarnation: sequence(wire.i, seq),
    contentType: wire.m,
    tail: wire.t === 0 ? { seq, pos: 0 } : { seq: wire.t[0], pos: wire.t[1] },
    closed: wire.c === 1,
    closedBy: wire.b && producerFromWire(wire.b),
    producers,
    moreProducers: more ? true : undefined,
    lastStreamSeq: wire.q,
    hot: wire.a ?? null,
    coldAt: wire.d === undefined ? 0 : sequence(wire.d, seq),
  };
};

const lineageToWire = ({ subject, incarnation, cut }: Lineage): WireLineage => ({
  s: subject,
  i: incarnation,
  o: [cut.seq, cut.pos],
});
const lineageFromWire = ({ s, i, o: [seq, pos] }: WireLineage): Lineage => ({
  subject: s,
  incarnation: i,
  cut: { seq, pos },
});

export interface MessageDraft {
  readonly kind: MessageKind;
  readonly prev: number;
  readonly units: readonly Unit[];
  readonly events: readonly ControlEvent[];
  readonly types: readonly string[];
  readonly state: StateDraft;
  readonly piece?: Piece;
  readonly lineage?: Lineage;
  /** In a header; a state message has it in its payload. */
  readonly cold?: Json;
  readonly payload: Uint8Array;
}

/** The payload of a state message. */
export const encodeCold = (cold: Json): Uint8Array => Buffer.from(JSON.stringify(cold));

export const encodeHeaders = (draft: Omit<MessageDraft, 'payload'>): EncodedMessage['headers'] => {
  const headers: (readonly [string, string])[] = [[HEADER.format, FORMAT]];
  if (draft.kind !== 'commit') headers.push([HEADER.kind, draft.kind]);
  if (draft.piece) headers.push([HEADER.piece, `${String(draft.piece.index)}/${String(draft.piece.total)}`]);
  if (draft.lineage) headers.push([HEADER.lineage, toHeader(lineageToWire(draft.lineage))]);
  headers.push([HEADER.prev, String(draft.prev)], [HEADER.units, toHeader(draft.units.map(unitToWire))]);
  if (draft.events.length > 0)
    headers.push([HEADER.events, toHeader(draft.events.map(({ unit, type, data }): WireEvent => [unit, type, data]))]);
  if (draft.types.length > 0) headers.push([HEADER.types, toHeader(draft.types)]);
  headers.push([HEADER.state, toHeader(stateToWire(draft.state))]);
  if (draft.cold !== undefined) headers.push([HEADER.cold, toHeader(draft.cold)]);
  return headers;
};

export const encodeMessage = (draft: MessageDraft): EncodedMessage => ({
  headers: encodeHeaders(draft),
  payload: draft.payload,
});

// Such an id is written as it is, between quotes.
const PLAIN_ID = /^[\w.:-]*$/;
const AROUND_ID_AND_COUNT = '["",]'.length;

/** Bytes of a unit as a header. Most have nothing but an id and a count, and need not be written to be measured. */
const unitBytes = (unit: Unit): number => {
  const { id, count, producer, streamSeq, keyed, fingerprint } = unit;
  return !producer && streamSeq === undefined && !keyed && fingerprint === undefined && PLAIN_ID.test(id)
    ? AROUND_ID_AND_COUNT + id.length + String(count).length
    : toHeader(unitToWire(unit)).length;
};

/** Bytes a unit adds to the headers, nearly; the budget keeps a distance from the broker's limit. */
export const unitHeaderBytes = (
  unit: Unit,
  events: readonly { readonly type: string; readonly data: Json }[],
): number => unitBytes(unit) + events.reduce((sum, event) => sum + toHeader([0, event.type, event.data]).length + 1, 1);

const header = (raw: RawMessage, name: string): string | undefined => {
  const format = raw.headers[HEADER.format];
  if (format !== FORMAT)
    throw new UnreadableMessage(`message ${String(raw.seq)} on ${raw.subject} has format ${format ?? 'none'}`);
  return raw.headers[name];
};

const fromJson = <T>(raw: RawMessage, name: string, text: string): T => {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new UnreadableMessage(`${name} of message ${String(raw.seq)} is not JSON`, { cause });
  }
};

const pieceOf = ({ seq, headers }: Pick<RawMessage, 'seq' | 'headers'>): Piece | undefined => {
  const text = headers[HEADER.piece];
  if (text === undefined) return undefined;
  const [index, total] = text.split('/').map(Number);
  if (!index || !total || index > total) throw new UnreadableMessage(`message ${String(seq)} says it is piece ${text}`);
  return { index, total };
};

/** Never throws. */
export const isPiece = ({ headers }: Pick<RawMessage, 'headers'>): boolean => headers[HEADER.piece] !== undefined;

/**
 * A piece before the last one: by itself it says nothing, and its commit may never have been completed. Never throws.
 */
export const isUnfinished = (message: Pick<RawMessage, 'seq' | 'headers'>): boolean => {
  if (!isPiece(message)) return false;
  try {
    const piece = pieceOf(message);
    return piece !== undefined && piece.index < piece.total;
  } catch {
    return false;
  }
};

const parse = <T>(raw: RawMessage, name: string): T | undefined => {
  const text = header(raw, name);
  return text === undefined ? undefined : fromJson<T>(raw, name, text);
};

/** Parses each header only when it is asked for: most consumers look at one or two of them. */
class DecodedMessage implements LogMessage {
  readonly subject: string;
  readonly seq: number;
  readonly time: number;
  readonly headers: Headers;
  readonly payload: Uint8Array;
  // Here from the start, because otherwise messages would differ in shape by what was asked for first.
  private cachedPrev: number | undefined = undefined;
  private cachedUnits: readonly Unit[] | undefined = undefined;
  private cachedEvents: readonly ControlEvent[] | undefined = undefined;
  private cachedTypes: readonly string[] | undefined = undefined;
  private cachedState: StateAfter | undefined = undefined;

  constructor(private readonly raw: RawMessage) {
    this.subject = raw.subject;
    this.seq = raw.seq;
    this.time = raw.time;
    this.headers = raw.headers;
    this.payload = raw.payload;
  }

  get kind(): MessageKind {
    return (header(this.raw, HEADER.kind) ?? 'commit') as MessageKind;
  }

  get prev(): number {
    return (this.cachedPrev ??= Number(header(this.raw, HEADER.prev) ?? 0));
  }

  get units(): readonly Unit[] {
    return (this.cachedUnits ??= (parse<readonly WireUnit[]>(this.raw, HEADER.units) ?? []).map(unitFromWire));
  }

  get events(): readonly ControlEvent[] {
    return (this.cachedEvents ??= (parse<readonly WireEvent[]>(this.raw, HEADER.events) ?? []).map(
      ([unit, type, data]) => ({ unit, type, data }),
    ));
  }

  get types(): readonly string[] {
    return (this.cachedTypes ??= parse<readonly string[]>(this.raw, HEADER.types) ?? []);
  }

  get state(): StateAfter {
    if (this.cachedState) return this.cachedState;
    const wire = parse<WireState>(this.raw, HEADER.state);
    if (!wire) throw new UnreadableMessage(`message ${String(this.seq)} carries no state`);
    return (this.cachedState = stateFromWire(wire, this.seq));
  }

  get piece(): Piece | undefined {
    return header(this.raw, HEADER.piece) === undefined ? undefined : pieceOf(this.raw);
  }

  get lineage(): Lineage | undefined {
    const wire = parse<WireLineage>(this.raw, HEADER.lineage);
    return wire && lineageFromWire(wire);
  }

  get cold(): Json | undefined {
    if (this.kind === 'state') return fromJson<Json>(this.raw, 'the payload', Buffer.from(this.payload).toString());
    return parse<Json>(this.raw, HEADER.cold);
  }
}

/**
 * Never throws: whoever only passes messages on need not understand them. Everything but subject, sequence, time and
 * payload throws UnreadableMessage when the message is of another format or its headers are broken.
 */
export const openMessage = (raw: RawMessage): LogMessage => new DecodedMessage(raw);

/** Throws UnreadableMessage for a message of another format. */
export const decodeMessage = (raw: RawMessage): LogMessage => {
  header(raw, HEADER.format);
  return openMessage(raw);
};
