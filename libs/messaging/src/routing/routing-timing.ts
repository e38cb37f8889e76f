import { TIMEOUTS } from '@app/platform';

/** All times of the routing, milliseconds. */
export const ROUTING = {
  /** Between two signs of life. */
  beatMs: 250,
  /** Who was not heard of for so long is gone. */
  goneMs: 1_000,
  /** Who could not give a sign of life for so long takes itself for gone: well before the others do. */
  lapseMs: 700,
  /** An offer that nobody took by then is executed by its sender. */
  takenMs: TIMEOUTS.routingMs,
  /** The same of a peer that answers, but is known to be slow. */
  takenAtMostMs: 500,
  /** How often waiting senders look at the time; only moments in which this process was awake count. */
  sweepMs: 10,
  /** After so long without an answer to what was taken, and then again, the sender asks whether it is still worked on. */
  inquireMs: 1_000,
  /** Beyond the deadline of a command, for its answer to arrive. */
  graceMs: 1_000,
  /** Whoever stops waits so long for what it took. */
  finishMs: 2_000,
} as const;

/** Commands and bytes that one process lets others work on, and that it works on for others. */
export const ROUTED_LIMIT = { commands: 10_000, bytes: 128 * 1024 * 1024 } as const;

/** A message between processes is closed at this size; a larger command has one of its own. */
export const BATCH_BYTES = 256 * 1024;

/** Left for what is around a command in the largest message the broker takes. */
export const ENVELOPE_BYTES = 4 * 1024;
