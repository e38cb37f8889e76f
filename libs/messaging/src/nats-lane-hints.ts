import { randomUUID } from 'node:crypto';
import { LANES_ADVANCED, LANES_REBALANCE, LANES_WANTED } from '@app/contracts';
import type { Msg, NatsConnection } from '@nats-io/nats-core';

/** Committed position of some lanes of a group. */
export interface LaneAdvance {
  readonly group: string;
  readonly lanes: readonly number[];
  readonly of: number;
  readonly position: number;
}

/** Lanes of the group are free, or a worker came. */
export interface LaneRebalance {
  readonly group: string;
  readonly worker: string;
}

type AdvanceListener = (advance: LaneAdvance) => void;
type WantedListener = (group: string, seq: number) => void;
type RebalanceListener = (change: LaneRebalance) => void;

interface Wanted {
  readonly group: string;
  readonly seq: number;
}

interface Sender {
  readonly from: string;
}

const decode = <T>(message: Msg): T | undefined => {
  try {
    return message.json<T>();
  } catch {
    // A hint that cannot be read is a hint that was lost.
    return undefined;
  }
};

/** Lane hints between processes, on core NATS. What this process says it hears at once, without the network. */
export class NatsLaneHints {
  private readonly advanceListeners = new Set<AdvanceListener>();
  private readonly wantedListeners = new Set<WantedListener>();
  private readonly rebalanceListeners = new Set<RebalanceListener>();
  private readonly self = randomUUID();

  constructor(private readonly connection: NatsConnection) {
    this.subscribe<LaneAdvance>(LANES_ADVANCED, (advance) => this.tellAdvanced(advance));
    this.subscribe<Wanted>(LANES_WANTED, ({ group, seq }) => this.tellWanted(group, seq));
    this.subscribe<LaneRebalance>(LANES_REBALANCE, (change) => this.tellRebalance(change));
  }

  advanced(advance: LaneAdvance): void {
    this.tellAdvanced(advance);
    this.publish(LANES_ADVANCED, advance);
  }

  wanted(group: string, seq: number): void {
    this.tellWanted(group, seq);
    this.publish(LANES_WANTED, { group, seq } satisfies Wanted);
  }

  rebalance(change: LaneRebalance): void {
    this.tellRebalance(change);
    this.publish(LANES_REBALANCE, change);
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

  private tellAdvanced(advance: LaneAdvance): void {
    for (const listener of [...this.advanceListeners]) listener(advance);
  }

  private tellWanted(group: string, seq: number): void {
    for (const listener of [...this.wantedListeners]) listener(group, seq);
  }

  private tellRebalance(change: LaneRebalance): void {
    for (const listener of [...this.rebalanceListeners]) listener(change);
  }

  private subscribe<T>(subject: string, hear: (hint: T) => void): void {
    this.connection.subscribe(subject, {
      callback: (error, message) => {
        const hint = error ? undefined : decode<T & Sender>(message);
        if (hint && hint.from !== this.self) hear(hint);
      },
    });
  }

  private publish(subject: string, hint: object): void {
    try {
      this.connection.publish(subject, JSON.stringify({ ...hint, from: this.self } satisfies Sender));
    } catch {
      // Not connected, or closing: whoever waits polls the database.
    }
  }
}
