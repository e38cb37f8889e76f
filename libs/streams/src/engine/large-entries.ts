import type { LargeEntry } from '../port/log.js';
import type { LogMessage } from '../port/message.js';
import { LogUnavailable } from '../port/log-backend.js';
import { UnreadableMessage } from '../codec/format-v1.js';
import { firstItems } from '../codec/json-pieces.js';
import { holdsJson } from '../codec/media-type.js';
import type { Offset } from '../port/offset.js';

/** Messages of the life of a stream after a position; never empty. */
export type Pages = (position: number) => Promise<readonly LogMessage[]>;

/** Sequences of the first and the last piece of a commit. */
export interface PieceSpan {
  readonly first: number;
  readonly last: number;
}

/** Undefined when the message is no piece. Pieces of one commit follow each other in the log without a gap. */
export const spanOf = ({ seq, piece }: LogMessage): PieceSpan | undefined =>
  piece && { first: seq - piece.index + 1, last: seq + piece.total - piece.index };

const isPieceAt = ({ seq, piece }: LogMessage, { first, last }: PieceSpan): boolean =>
  piece !== undefined && piece.index === seq - first + 1 && piece.total === last - first + 1;

/** Payloads of the pieces, in order. */
async function* payloads(span: PieceSpan, pages: Pages): AsyncGenerator<Uint8Array> {
  for (let at = span.first - 1; at < span.last;) {
    const next = await pages(at);
    for (const message of next) {
      if (message.seq > span.last) return;
      if (message.seq !== at + 1 || !isPieceAt(message, span))
        throw new LogUnavailable(`message ${String(at + 1)} is no longer there`);
      yield message.payload;
      at = message.seq;
    }
    if (next.length === 0) throw new LogUnavailable(`messages after ${String(at)} are missing on this replica`);
  }
}

/** Without the first and the last byte. */
async function* inner(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const piece of pieces) {
    if (held) yield held;
    held = held ? piece : piece.subarray(1);
  }
  if (held) yield held.subarray(0, -1);
}

async function* firstBytes(pieces: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let rest = count;
  for await (const piece of pieces) {
    yield piece.subarray(0, rest);
    rest -= piece.length;
    if (rest <= 0) return;
  }
}

/** The entry that a commit in several messages is; `message` is the last of them, which has the unit. */
export const largeEntryOf = (message: LogMessage, pages: Pages): LargeEntry | undefined => {
  const span = spanOf(message);
  if (span?.last !== message.seq) return undefined;
  const [counted, ...others] = message.units.filter(({ count }) => count > 0);
  if (!counted) return undefined;
  if (others.length > 0) throw new UnreadableMessage(`message ${String(message.seq)} ends pieces of several units`);
  const json = holdsJson(message.state.contentType);
  return {
    offset: { seq: message.seq, pos: 0 },
    count: counted.count,
    pieces: () => (json ? inner(payloads(span, pages)) : payloads(span, pages)),
  };
};

/** The first `count` items of a large entry, as an entry that ends at `offset`. */
export const headOfLarge = (entry: LargeEntry, count: number, offset: Offset, json: boolean): LargeEntry => ({
  offset,
  count,
  pieces: () => (json ? firstItems(entry.pieces(), count) : firstBytes(entry.pieces(), count)),
});

export const isLarge = (entry: object): entry is LargeEntry => 'pieces' in entry;
