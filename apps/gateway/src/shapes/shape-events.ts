import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Shape, ShapeChanges } from '@app/application';
import type { ShapeFeeds } from './shape-feeds.js';
import { changeText } from './shape-messages.js';
import { isLost, type ShapeHandle } from './shape-tokens.js';

const event = (text: string): string => `data: ${text}\n\n`;

/** What brings a client up to date says where it is then: these events have no headers of their own. */
const upToDate = (position: number): string =>
  event(JSON.stringify({ headers: { control: 'up-to-date', global_last_seen_lsn: String(position) } }));

const eventsOf = (shape: Shape, { changes, position, more }: ShapeChanges): string =>
  changes.map((change) => event(changeText(shape, change))).join('') + (more ? '' : upToDate(position));

export interface Following {
  readonly shape: Shape;
  readonly handle: ShapeHandle;
  readonly position: number;
  /** The client left, or is to come again. */
  readonly end: AbortSignal;
}

/** Writes what happens to a shape as server-sent events, until the end or until the client must begin anew. */
export const writeEvents = async (
  feeds: ShapeFeeds,
  { shape, handle, position, end }: Following,
  response: ServerResponse,
): Promise<void> => {
  for (let at = position; !end.aborted;) {
    const next = await feeds.next(shape, handle, at, end);
    if (typeof next === 'number' || isLost(handle, at, next.head)) return;
    at = next.position;
    if (!response.write(eventsOf(shape, next))) await once(response, 'drain', { signal: end });
  }
};
