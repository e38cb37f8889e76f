/** Hints between processes about lane positions. Never durable, safe to lose: they only make waiting shorter. */
export interface LaneHints {
  /** Positions of the group were committed up to here (the lowest of this worker's lanes). */
  advanced(group: string, position: number): void;
  /** Somebody waits until the group has reached `seq`. */
  wanted(group: string, seq: number): void;
  onAdvanced(listener: (group: string, position: number) => void): () => void;
  onWanted(listener: (group: string, seq: number) => void): () => void;
}

type Listener = (group: string, value: number) => void;

/** Hints inside one process. */
export class LocalLaneHints implements LaneHints {
  private readonly advancedListeners = new Set<Listener>();
  private readonly wantedListeners = new Set<Listener>();

  advanced(group: string, position: number): void {
    for (const listener of [...this.advancedListeners]) listener(group, position);
  }

  wanted(group: string, seq: number): void {
    for (const listener of [...this.wantedListeners]) listener(group, seq);
  }

  onAdvanced(listener: Listener): () => void {
    this.advancedListeners.add(listener);
    return () => this.advancedListeners.delete(listener);
  }

  onWanted(listener: Listener): () => void {
    this.wantedListeners.add(listener);
    return () => this.wantedListeners.delete(listener);
  }
}
