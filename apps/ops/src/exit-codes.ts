/** What a script can rely on. */
export const EXIT = {
  ok: 0,
  /** A defect, or something nobody expected. */
  failed: 1,
  /** Broker or database cannot be reached. */
  unreachable: 2,
  /** Everything answers, but something needs a person: a lane nobody owns or far behind, a quarantined stream. */
  attention: 3,
  /** Somebody else is doing it. */
  busy: 4,
  usage: 64,
} as const;
