/** All times of the engine, milliseconds. */
export interface EngineTiming {
  /** How long one barrier may take before readers are told to come back. */
  readonly barrierMs: number;
  /** How long a feed that is behind is waited for before another replica is asked to go on with it. */
  readonly renewMs: number;
  /** How long a position is waited for that somebody names: there need not be one. */
  readonly namedMs: number;
  /** How long an index that is behind is waited for. */
  readonly indexMs: number;
  /** How long a group is decided again because others write the same stream. */
  readonly conflictMs: number;
  /** How long a group whose outcome is unknown is sent again; fail-over of a leader took up to 8 s. */
  readonly unknownMs: number;
  /** Between two attempts of the same bytes. */
  readonly resendMs: number;
  /** How long a stream counts as written by others too, since that was last seen. */
  readonly sharedMs: number;
  /** Left between two groups on such a stream; what another needs to read the tail and publish, with some to spare. */
  readonly roomMs: number;
}

export const ENGINE_TIMING: EngineTiming = {
  // A large message on a busy machine comes after a second and more, while everything is well.
  barrierMs: 4_000,
  renewMs: 1_000,
  namedMs: 1_000,
  indexMs: 1_000,
  conflictMs: 2_000,
  unknownMs: 15_000,
  resendMs: 100,
  sharedMs: 1_000,
  roomMs: 2,
};
