import type { Projection } from '@app/projections';
import type { LogMessage } from '@app/streams';
import type { LaneAddress, LaneBatch, LanePosition, LaneWork } from '../lanes/lane-work.js';
import type { Tx } from '../sql/tx.js';
import { applyProjections } from './apply-projections.js';
import { Quarantine, type Quarantined } from './quarantine.js';

/** Every live projection of a worker group, in one transaction per batch. */
export class ProjectorWork implements LaneWork {
  private readonly quarantine = new Quarantine();
  private given: readonly Quarantined[] = [];
  private live: readonly Projection[] = [];

  constructor(private readonly projections: readonly Projection[]) {}

  relevant(message: LogMessage, address: LaneAddress): boolean {
    return this.projections.some((projection) => projection.accepts({ message, address }));
  }

  /** Whoever begins or ends a rebuild takes every lane away first, so this is where workers learn about it. */
  async acquired(lanes: readonly LanePosition[], tx: Tx): Promise<void> {
    const names = this.projections.map(({ name }) => name);
    // One that is new to lanes that have moved lacks what they have passed: it must be rebuilt before it is read.
    const state = lanes.some(({ position }) => position > 0) ? 'rebuilding' : 'live';
    await tx.execute('INSERT INTO projections (name, state) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING', [
      names,
      state,
    ]);
    const rows = await tx.query<{ name: string }>(`SELECT name FROM projections WHERE state = 'live'`);
    const live = new Set(rows.map(({ name }) => name));
    this.live = this.projections.filter(({ name }) => live.has(name));
    await this.quarantine.load(tx);
  }

  async apply(tx: Tx, { messages }: LaneBatch): Promise<void> {
    this.given = await applyProjections(tx, this.live, messages, {
      quarantine: this.quarantine,
      audience: 'live',
    });
  }

  committed(): void {
    this.quarantine.remember(this.given);
    this.given = [];
  }
}
