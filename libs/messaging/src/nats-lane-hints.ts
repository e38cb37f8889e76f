import { randomUUID } from 'node:crypto';
import { LANES_ADVANCED, LANES_REBALANCE, LANES_WANTED } from '@app/contracts/topology/topology.js';
import { Listeners } from '@app/platform';
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
  private readonly advances = new Listeners<[LaneAdvance]>();
  private readonly wishes = new Listeners<[group: string, seq: number]>();
  private readonly rebalances = new Listeners<[LaneRebalance]>();
  private readonly self = randomUUID();

  constructor(private readonly connection: NatsConnection) {
    this.subscribe<LaneAdvance>(LANES_ADVANCED, (advance) => this.advances.tell(advance));
    this.subscribe<Wanted>(LANES_WANTED, ({ group, seq }) => this.wishes.tell(group, seq));
    this.subscribe<LaneRebalance>(LANES_REBALANCE, (change) => this.rebalances.tell(change));
  }

  advanced(advance: LaneAdvance): void {
    this.advances.tell(advance);
    this.publish(LANES_ADVANCED, advance);
  }

  wanted(group: string, seq: number): void {
    this.wishes.tell(group, seq);
    this.publish(LANES_WANTED, { group, seq } satisfies Wanted);
  }

  rebalance(change: LaneRebalance): void {
    this.rebalances.tell(change);
    this.publish(LANES_REBALANCE, change);
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
