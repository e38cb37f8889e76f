/** Cache-collapsing cursor of the Durable Streams protocol: number of 20 s intervals since this epoch. */
const EPOCH_MS = Date.UTC(2024, 9, 9);
const INTERVAL_MS = 20_000;
/** An hour, as the protocol has it. */
const MAX_JITTER = 180;

/**
 * From 1 to MAX_JITTER, without any order, but by the cursor alone: clients with one cursor go on with one cursor, at
 * every gateway, so that what is made for one of them serves all, and a cache in front has one answer for them.
 */
const jitter = (cursor: number): number => {
  let mixed = Math.imul(cursor, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return 1 + (((mixed ^ (mixed >>> 13)) >>> 0) % MAX_JITTER);
};

/**
 * The cursor to answer with: the current interval, or, when the client is there already, a later one, so that a cache
 * never answers two requests of a loop with the same response.
 */
export const intervalCursor = (clientCursor: string | undefined, now: number): string => {
  const current = Math.floor((now - EPOCH_MS) / INTERVAL_MS);
  if (clientCursor === undefined || !/^\d{1,15}$/.test(clientCursor)) return String(current);
  const client = Number(clientCursor);
  return String(client < current ? current : client + jitter(client));
};
