import { formatOffset, type Entry, type LargeEntry, type Offset } from '@app/streams';
import { isJson, isText, jsonItems, largeBodyOf } from './content.js';

/** Fields of a control event; absent ones do not hold. */
export interface Control {
  readonly offset: Offset;
  readonly cursor?: string;
  readonly upToDate?: boolean;
  readonly closed?: boolean;
}

// No space after the colon: a payload that begins with a space keeps it, and the protocol's suite expects it.
const dataLines = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => `data:${line}\n`)
    .join('');

export const controlEvent = ({ offset, cursor, upToDate, closed }: Control): string =>
  `event: control\ndata:${JSON.stringify({
    streamNextOffset: formatOffset(offset),
    // An ended stream has nothing to come back for.
    ...(cursor !== undefined && !closed && { streamCursor: cursor }),
    ...(upToDate && { upToDate: true }),
    ...(closed && { streamClosed: true }),
  })}\n\n`;

const payload = (contentType: string, entry: Entry): string => {
  if (isJson(contentType)) return `[${Buffer.from(jsonItems(entry)).toString('utf8')}]`;
  return Buffer.from(entry.body).toString(isText(contentType) ? 'utf8' : 'base64');
};

const dataEvents = new WeakMap<Entry, string>();

/** One log entry; made once for all readers. Line breaks inside a payload can never forge an event. */
export const dataEvent = (contentType: string, entry: Entry): string => {
  const known = dataEvents.get(entry);
  if (known !== undefined) return known;
  const event = `event: data\n${dataLines(payload(contentType, entry))}\n`;
  dataEvents.set(entry, event);
  return event;
};

const BREAKS = /\r\n|\r|\n/g;

/** Text in which every line begins a new field; a line break that lies across two pieces is one. */
async function* asLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let carriage = '';
  for await (const piece of pieces) {
    // One character for each byte: letters may lie across two pieces, too.
    const text = carriage + Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1');
    carriage = text.endsWith('\r') ? '\r' : '';
    const whole = carriage === '' ? text : text.slice(0, -1);
    yield Buffer.from(whole.replace(BREAKS, '\ndata:'), 'latin1');
  }
  if (carriage !== '') yield Buffer.from('\ndata:');
}

async function* asBase64(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield Buffer.from(rest).toString('base64');
}

/** `dataEvent` for an entry that nobody holds, made for each reader as he takes it. */
export async function* largeDataEvent(contentType: string, entry: LargeEntry): AsyncGenerator<string | Uint8Array> {
  const body = largeBodyOf(contentType, entry);
  yield 'event: data\ndata:';
  yield* isText(contentType) ? asLines(body) : asBase64(body);
  yield '\n\n';
}
