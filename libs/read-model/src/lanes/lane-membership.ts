import type { HeldLane, LaneStore, Membership } from './lane-store.js';

/** What the last sign of life said should change. */
export interface Wish {
  /** Lanes to give back, so that a worker with fewer can have them. */
  readonly surplus: number;
  /** Lanes to try to take. */
  readonly missing: number;
  /** Lanes another worker took from us. */
  readonly lost: readonly HeldLane[];
}

/** Everybody gets the same number; where that does not add up, the first come one more. */
export const wishOf = (membership: Membership, held: readonly HeldLane[], lanes: number): Wish => {
  const owned = new Map(membership.held.map(({ lane, epoch }) => [lane, epoch]));
  const lost = held.filter(({ lane, epoch }) => owned.get(lane) !== epoch);
  const kept = held.length - lost.length;
  const fair = Math.ceil(lanes / Math.max(1, membership.workers));
  return { surplus: Math.max(0, kept - fair), missing: Math.max(0, fair - kept), lost };
};

export interface MembershipListener {
  /** Counts claims: a sign of life that began before a claim says nothing about the claimed lanes. */
  generation(): number;
  onBeat(membership: Membership): void;
  onTrouble(error: unknown): void;
}

/** Signs of life of one worker; each tells how the lanes should be shared out. */
export class LaneMembership {
  private timer?: NodeJS.Timeout;
  private beating?: Promise<void>;
  private hurried = false;
  private stopped = false;

  constructor(
    private readonly store: LaneStore,
    private readonly everyMs: number,
    private readonly listener: MembershipListener,
  ) {}

  async join(): Promise<void> {
    this.listener.onBeat(await this.store.beat());
    this.schedule();
  }

  /** Something changed just now: the next sign of life does not wait until it is due. */
  hurry(): void {
    // One that is under way may have looked before the change.
    this.hurried = true;
    if (this.timer) this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.beating;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.beating = this.beat();
      },
      this.hurried ? 0 : this.everyMs,
    );
    this.hurried = false;
  }

  private async beat(): Promise<void> {
    const generation = this.listener.generation();
    try {
      const membership = await this.store.beat();
      if (!this.stopped && generation === this.listener.generation()) this.listener.onBeat(membership);
    } catch (error) {
      this.listener.onTrouble(error);
    }
    this.schedule();
  }
}
