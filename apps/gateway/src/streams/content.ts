import { formatOffset, type Entry, type LargeEntry } from '@app/streams';
import { stampOffset } from '@app/streams/codec/json-items.js';
import { stampPieces } from '@app/streams/codec/json-pieces.js';

const MEDIA_TYPE = /^[^;]*/;

const mediaType = (contentType: string): string => (MEDIA_TYPE.exec(contentType)?.[0] ?? '').trim().toLowerCase();

export const isJson = (contentType: string): boolean => mediaType(contentType) === 'application/json';

/** Text may be carried by SSE as it is; everything else as base64. */
export const isText = (contentType: string): boolean =>
  isJson(contentType) || mediaType(contentType).startsWith('text/');

/** Items of a JSON entry as clients see them. */
export const jsonItems = ({ body, offset }: Entry): Uint8Array => stampOffset(body, formatOffset(offset));

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/** Body of a catch-up or long-poll answer: one JSON array, or the bytes. */
export const bodyOf = (contentType: string, entries: readonly Entry[]): Buffer => {
  if (!isJson(contentType)) return Buffer.concat(entries.map(({ body }) => body));
  const pieces: Uint8Array[] = [OPEN];
  entries.forEach((entry, index) => {
    if (index > 0) pieces.push(COMMA);
    pieces.push(jsonItems(entry));
  });
  pieces.push(CLOSE);
  return Buffer.concat(pieces);
};

/** The same of a large entry, piece by piece. */
export async function* largeBodyOf(contentType: string, entry: LargeEntry): AsyncGenerator<Uint8Array> {
  if (!isJson(contentType)) {
    yield* entry.pieces();
    return;
  }
  yield OPEN;
  yield* stampPieces(entry.pieces(), formatOffset(entry.offset));
  yield CLOSE;
}
