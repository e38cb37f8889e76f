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

type AdvanceListener = (advance: LaneAdvance) => void;
type WantedListener = (group: string, seq: number) => void;
type RebalanceListener = (change: LaneRebalance) => void;

/** Hints inside one process. */
export class LocalLaneHints implements LaneHints {
  private readonly advanceListeners = new Set<AdvanceListener>();
  private readonly wantedListeners = new Set<WantedListener>();
  private readonly rebalanceListeners = new Set<RebalanceListener>();

  advanced(advance: LaneAdvance): void {
    for (const listener of [...this.advanceListeners]) listener(advance);
  }

  wanted(group: string, seq: number): void {
    for (const listener of [...this.wantedListeners]) listener(group, seq);
  }

  rebalance(change: LaneRebalance): void {
    for (const listener of [...this.rebalanceListeners]) listener(change);
  }

  onAdvanced(listener: AdvanceListener): () => void {
    this.advanceListeners.add(listener);
    return () => this.advanceListeners.delete(listener);
  }

  onWanted(listener: WantedListener): () => void {
    this.wantedListeners.add(listener);
    return () => this.wantedListeners.delete(listener);
  }

  onRebalance(listener: RebalanceListener): () => void {
    this.rebalanceListeners.add(listener);
    return () => this.rebalanceListeners.delete(listener);
  }
}
