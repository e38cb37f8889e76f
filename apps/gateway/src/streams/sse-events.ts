import { formatOffset, type Entry, type Offset } from '@app/streams';
import { isJson, isText, jsonItems } from './content.js';

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
