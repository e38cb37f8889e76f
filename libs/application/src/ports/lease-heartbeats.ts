/** A claim was granted, or its holder is alive: the lease starts afresh from here. */
export interface LeaseBeat {
  readonly tenant: string;
  /** Address of the entity, such as `chat/42`. */
  readonly path: string;
  readonly epoch: number;
  readonly leaseMs: number;
}

/** Signs of life fanned out to every process that keeps leases. Never durable; a lost one shortens a lease. */
export abstract class LeaseHeartbeats {
  abstract publish(beat: LeaseBeat): void;

  /** Hears every beat, its own included. */
  abstract listen(listener: (beat: LeaseBeat) => void): void;
}

/** For one process. */
export class LocalLeaseHeartbeats extends LeaseHeartbeats {
  private readonly listeners: ((beat: LeaseBeat) => void)[] = [];

  publish(beat: LeaseBeat): void {
    for (const listener of this.listeners) listener(beat);
  }

  listen(listener: (beat: LeaseBeat) => void): void {
    this.listeners.push(listener);
  }
}
