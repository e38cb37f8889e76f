/** Cache-collapsing cursor of the Durable Streams protocol: number of 20 s intervals since this epoch. */
const EPOCH_MS = Date.UTC(2024, 9, 9);
const INTERVAL_MS = 20_000;
const MAX_JITTER_S = 3_600;

/**
 * The cursor to answer with: the current interval, or, when the client is there already, a later one, so that a cache
 * never answers two requests of a loop with the same response. `random`: in [0, 1).
 */
export const intervalCursor = (clientCursor: string | undefined, now: number, random: number): string => {
  const current = Math.floor((now - EPOCH_MS) / INTERVAL_MS);
  if (clientCursor === undefined || !/^\d{1,15}$/.test(clientCursor)) return String(current);
  const client = Number(clientCursor);
  if (client < current) return String(current);
  const jitterMs = (1 + Math.floor(random * MAX_JITTER_S)) * 1_000;
  return String(client + Math.max(1, Math.ceil(jitterMs / INTERVAL_MS)));
};
