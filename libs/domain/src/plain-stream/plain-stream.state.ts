/** Where a fork came from, as its creation asked for it. */
export type ForkOrigin = {
  /** Canonical path. */
  readonly source: string;
  /** The offset that was asked for, or the tail of the source at that moment. */
  readonly offset: string;
  readonly subOffset: number;
  /** Id of the reference on the source, which keeps the shared content. */
  readonly reference: string;
};

/** A fork that needs the content of this stream. */
export type Reference = {
  readonly id: string;
  /** Canonical path. */
  readonly fork: string;
  readonly at: number;
  /**
   * Sequence of the newest message of that path before the reference was taken: behind a newer one the fork is not created
   * with this reference. Absent: taken by an earlier version, which does not promise that.
   */
  readonly after?: number;
};

/** What ties a stream to others: rarely changed, so the same object until it is. */
export type Ties = {
  readonly fork?: ForkOrigin;
  readonly references: readonly Reference[];
  /** Of a shared state: URLs of the entities it belongs to, oldest first. */
  readonly links?: readonly string[];
};

/** When a stream ends by itself. `ttl`: seconds without use. `at`: milliseconds since 1970; `text`: as it was asked for. */
export type Expiry =
  | { readonly kind: 'idle'; readonly ttl: number }
  | { readonly kind: 'instant'; readonly at: number; readonly text: string };

export type PlainStream =
  | { readonly situation: 'absent' }
  | LiveStream
  /** Deleted or expired, while forks still need its content. */
  | { readonly situation: 'gone'; readonly ties: Ties };

export interface LiveStream {
  readonly situation: 'live';
  readonly expiry?: Expiry;
  /** Last use that counts for an idle expiry. */
  readonly renewedAt: number;
  readonly ties: Ties;
}

export const NO_TIES: Ties = { references: [] };

/** What a shared state belongs to; nothing when it is not there. */
export const linksOf = (state: PlainStream): readonly string[] =>
  state.situation === 'absent' ? [] : (state.ties.links ?? []);

export const absentStream: PlainStream = { situation: 'absent' };

/** The instant at which a stream ends by itself if nothing happens; Infinity when never. */
export const endsAt = ({ expiry, renewedAt }: LiveStream): number => {
  if (expiry === undefined) return Infinity;
  return expiry.kind === 'idle' ? renewedAt + expiry.ttl * 1000 : expiry.at;
};

export const isExpired = (stream: LiveStream, now: number): boolean => now >= endsAt(stream);
