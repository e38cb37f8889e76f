/** Every bound on waiting, in milliseconds, with its reason. Not configuration: the protocol leans on their relation. */
export const TIMEOUTS = {
  /** Retrying an append that lost its guard: many writers pass in this time; longer, the stream is contended and the client should know. */
  conflictMs: 2_000,
  /** Finding out what became of a write whose acknowledgement was lost: longer than a leader election (4.8–8 s measured). */
  unknownOutcomeMs: 15_000,
  /** One publish attempt: a healthy broker acknowledges in under 10 ms, with fsync under 50; then the outcome counts as unknown. */
  publishAttemptMs: 1_000,
  /** A read that waits for the projection to reach its own write: beyond it, an older answer that says so is better than none. */
  barrierMs: 1_000,
  /** Asking another process for a stream it may own: one hop on a local network, else the slower way is taken. */
  routingMs: 50,
  /** How long a lease is honoured after its end: covers clock differences between hosts and one slow garbage collection. */
  leaseGraceMs: 1_000,
  /** A whole request other than a long poll: the unknown-outcome bound is the longest thing it waits for. */
  requestDeadlineMs: 15_000,
} as const satisfies Readonly<Record<string, number>>;
