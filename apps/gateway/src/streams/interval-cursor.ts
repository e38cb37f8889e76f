/** Cache-collapsing cursor of the Durable Streams protocol: number of 20 s intervals since this epoch. */
const EPOCH_MS = Date.UTC(2024, 9, 9);
const INTERVAL_MS = 20_000;
const MAX_JITTER_S = 3_600;

/**
 * The cursor to answer with: the current interval, or, when the client is there already, a later one, so that a cache
 * never answers two requests of a loop with the same response. `chance`: in [0, 1), of a cursor.
 */
export const intervalCursor = (
  clientCursor: string | undefined,
  now: number,
  chance: (cursor: number) => number,
): string => {
  const current = Math.floor((now - EPOCH_MS) / INTERVAL_MS);
  if (clientCursor === undefined || !/^\d{1,15}$/.test(clientCursor)) return String(current);
  const client = Number(clientCursor);
  if (client < current) return String(current);
  const jitterMs = (1 + Math.floor(chance(client) * MAX_JITTER_S)) * 1_000;
  return String(client + Math.max(1, Math.ceil(jitterMs / INTERVAL_MS)));
};

const UINT32 = 2 ** 32;

/**
 * Chances that differ between cursors and between seeds (in [0, 1)), but not between two clients with the same cursor:
 * what is sent to many readers, and what a cache keeps of it, stays the same for all of them.
 */
export const chanceByCursor = (seed: number): ((cursor: number) => number) => {
  const salt = Math.floor(seed * UINT32);
  return (cursor) => {
    let mixed = Math.imul((cursor % UINT32) ^ salt, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / UINT32;
  };
};
