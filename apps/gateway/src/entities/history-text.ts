import type { HistoryEntry, HistoryRequest } from '@app/application';
import { ApiError } from '@app/contracts';
import { formatOffset, parseOffset } from '@app/streams';

/** @throws ApiError */
export const asOfQuery = (sent: string | null): HistoryRequest['asOf'] => {
  if (sent === null) return undefined;
  const offset = parseOffset(sent);
  if (offset) return { offset };
  if (/^\d{1,15}$/.test(sent)) return { position: Number(sent) };
  throw new ApiError('INVALID_REQUEST', 'asOf must be an offset of the stream, or a log position');
};

const entryText = ({ position, offset, time, id, producer, items, events }: HistoryEntry): string => {
  const known = JSON.stringify({
    position,
    ...(offset && { offset: formatOffset(offset) }),
    time: new Date(time).toISOString(),
    txid: id,
    ...(producer && { producer }),
    events: events.map(({ type, data }) => ({ type, data })),
  });
  // Items are given as they were sent: numbers would not survive a parse.
  return `${known.slice(0, -1)},"items":[${Buffer.from(items).toString('utf8')}]}`;
};

export const historyText = (entries: readonly HistoryEntry[]): string => `[${entries.map(entryText).join(',')}]`;
