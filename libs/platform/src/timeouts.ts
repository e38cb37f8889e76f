/**
 * Bounds on waiting that several parts share, in milliseconds, with their reasons. Not configuration: the protocol leans on
 * their relation. Those of the log are beside its engine (libs/streams/src/engine/timing.ts).
 */
export const TIMEOUTS = {
  /** A read that waits for the projection to reach its own write: beyond it, an older answer that says so is better than none. */
  barrierMs: 1_000,
  /** Asking another process for a stream it may own: one hop on a local network, else the slower way is taken. */
  routingMs: 50,
  /** How long a lease is honoured after its end: covers clock differences between hosts and one slow garbage collection. */
  leaseGraceMs: 1_000,
  /** A whole request other than a long poll: the unknown-outcome bound is the longest thing it waits for. */
  requestDeadlineMs: 15_000,
} as const satisfies Readonly<Record<string, number>>;
