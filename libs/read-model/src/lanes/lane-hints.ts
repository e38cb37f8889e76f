import { Listeners } from '@app/platform';

/** Committed position of some lanes of a group. */
export interface LaneAdvance {
  readonly group: string;
  readonly lanes: readonly number[];
  /** How many lanes the group has. */
  readonly of: number;
  /** Every lane named is at least here. */
  readonly position: number;
}

/** Lanes of the group are free, or a worker came: whoever shares them looks at once. */
export interface LaneRebalance {
  readonly group: string;
  /** Who did it, and need not look. */
  readonly worker: string;
}

/** Hints between processes about lanes. Never durable, safe to lose: they only make waiting shorter. */
export interface LaneHints {
  /** Called only after the commit. */
  advanced(advance: LaneAdvance): void;
  /** Somebody waits until the group has reached `seq`. */
  wanted(group: string, seq: number): void;
  /** Called only after the commit. */
  rebalance(change: LaneRebalance): void;
  onAdvanced(listener: (advance: LaneAdvance) => void): () => void;
  onWanted(listener: (group: string, seq: number) => void): () => void;
  onRebalance(listener: (change: LaneRebalance) => void): () => void;
}

/** Hints inside one process. */
export class LocalLaneHints implements LaneHints {
  private readonly advances = new Listeners<[LaneAdvance]>();
  private readonly wishes = new Listeners<[group: string, seq: number]>();
  private readonly rebalances = new Listeners<[LaneRebalance]>();

  advanced(advance: LaneAdvance): void {
    this.advances.tell(advance);
  }

  wanted(group: string, seq: number): void {
    this.wishes.tell(group, seq);
  }

  rebalance(change: LaneRebalance): void {
    this.rebalances.tell(change);
  }

  onAdvanced(listener: (advance: LaneAdvance) => void): () => void {
    return this.advances.add(listener);
  }

  onWanted(listener: (group: string, seq: number) => void): () => void {
    return this.wishes.add(listener);
  }

  onRebalance(listener: (change: LaneRebalance) => void): () => void {
    return this.rebalances.add(listener);
  }
}
