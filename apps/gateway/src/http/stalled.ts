import type { ServerResponse } from 'node:http';

const SILENT_MS = 120_000;

/** What an answer may weigh without a thought for who takes it: so much the system takes in. */
export const STALLING_BYTES = 64 * 1024;

/**
 * Cuts off a reader who takes nothing of what is there for him for so long, or he would hold for ever what was read for
 * him. Who is slow, but takes something, is waited for.
 */
export const giveUpIfStalled = (response: ServerResponse, silentMs = SILENT_MS): void => {
  response.setTimeout(silentMs, () => response.destroy());
};
