import type { Database } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';

/** Recorded beside the number of lanes; see `laneOf`. */
const HASH = 'fnv1a-1';

export interface HeldLane {
  readonly lane: number;
  readonly epoch: number;
  readonly position: number;
  /** Of the message at `position`; null when unknown. */
  readonly messageTime: number | null;
  readonly firstUnit: string | null;
}

export interface LaneMark {
  readonly end: number;
  readonly messageTime: number | null;
  readonly firstUnit: string | null;
}

export interface Membership {
  readonly workers: number;
  /** Lanes that are still ours, with their epochs. */
  readonly held: readonly { readonly lane: number; readonly epoch: number }[];
}

/** Somebody else owns a lane now. Nothing was written. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

const HELD = `lane, epoch, position, message_time AS "messageTime", first_unit AS "firstUnit"`;
const MINE = 'unnest($2::int[], $3::bigint[]) AS mine(lane, epoch)';

/** The lane rows of one worker group: ownership by compare-and-set, so a fenced owner can never write. */
export class LaneStore {
  constructor(
    private readonly db: Database,
    private readonly group: string,
    private readonly worker: string,
    private readonly leaseMs: number,
  ) {}

  /** Creates the lanes when the group is new. @returns their number, as stored. */
  async ensure(lanes: number): Promise<number> {
    await this.db.execute('INSERT INTO lane_groups VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      this.group,
      lanes,
      HASH,
    ]);
    const [stored] = await this.db.query<{ lanes: number; hash: string }>(
      'SELECT lanes, hash FROM lane_groups WHERE worker_group = $1',
      [this.group],
    );
    if (!stored || stored.hash !== HASH)
      throw new Error(`lanes of ${this.group} were spread by ${stored?.hash ?? 'nobody'}, this release uses ${HASH}`);
    await this.db.execute(
      'INSERT INTO lanes (worker_group, lane) SELECT $1, generate_series(0, $2 - 1) ON CONFLICT DO NOTHING',
      [this.group, stored.lanes],
    );
    return stored.lanes;
  }

  /** Sign of life; without it every lane we own is free to take once the lease is over. */
  async beat(): Promise<Membership> {
    return this.db.transaction(
      async (tx) => {
        await tx.execute('DELETE FROM lane_workers WHERE worker_group = $1 AND lease_until < clock_timestamp()', [
          this.group,
        ]);
        await tx.execute(
          `INSERT INTO lane_workers VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
           ON CONFLICT (worker_group, worker) DO UPDATE SET lease_until = excluded.lease_until`,
          [this.group, this.worker, this.leaseMs],
        );
        const held = await tx.query<{ lane: number; epoch: number }>(
          'SELECT lane, epoch FROM lanes WHERE worker_group = $1 AND owner = $2',
          [this.group, this.worker],
        );
        const [count] = await tx.query<{ workers: number }>(
          'SELECT count(*)::int AS workers FROM lane_workers WHERE worker_group = $1',
          [this.group],
        );
        return { workers: count?.workers ?? 1, held };
      },
      { synchronousCommit: 'off' },
    );
  }

  /** Takes up to `count` lanes that nobody alive owns, or that we own without knowing it after a lost reply. */
  claim(count: number, held: readonly HeldLane[]): Promise<readonly HeldLane[]> {
    return this.db.query<HeldLane>(
      `UPDATE lanes SET owner = $2, epoch = epoch + 1
       WHERE worker_group = $1 AND lane IN (
         SELECT lane FROM lanes
         WHERE worker_group = $1 AND NOT lane = ANY($4::int[]) AND (owner = $2 OR NOT EXISTS (
           SELECT 1 FROM lane_workers alive
           WHERE alive.worker_group = $1 AND alive.worker = lanes.owner AND alive.lease_until > clock_timestamp()))
         ORDER BY position, lane LIMIT $3 FOR UPDATE OF lanes SKIP LOCKED)
       RETURNING ${HELD}`,
      [this.group, this.worker, count, held.map(({ lane }) => lane)],
    );
  }

  /** Gives lanes back; those that are no longer ours are left alone. */
  async release(lanes: readonly HeldLane[]): Promise<void> {
    await this.db.execute(
      `UPDATE lanes SET owner = NULL FROM ${MINE}
       WHERE lanes.worker_group = $1 AND lanes.lane = mine.lane AND lanes.epoch = mine.epoch`,
      [this.group, lanes.map(({ lane }) => lane), lanes.map(({ epoch }) => epoch)],
    );
  }

  async leave(): Promise<void> {
    await this.db.execute('DELETE FROM lane_workers WHERE worker_group = $1 AND worker = $2', [
      this.group,
      this.worker,
    ]);
  }

  /**
   * Moves the positions, last statement of the transaction. A database that crashed may have forgotten its newest
   * commits, rows and positions together: then a position is not where we left it, and going on from memory would skip
   * rows. @throws Fenced unless every lane is still ours and where we know it.
   */
  async advance(tx: Tx, lanes: readonly HeldLane[], { end, messageTime, firstUnit }: LaneMark): Promise<void> {
    const moved = await tx.execute(
      `UPDATE lanes SET
         message_time = CASE WHEN lanes.position < $4 THEN $5 ELSE message_time END,
         first_unit = CASE WHEN lanes.position < $4 THEN $6 ELSE first_unit END,
         position = GREATEST(lanes.position, $4)
       FROM unnest($2::int[], $3::bigint[], $7::bigint[]) AS mine(lane, epoch, known)
       WHERE lanes.worker_group = $1 AND lanes.lane = mine.lane AND lanes.epoch = mine.epoch
         AND lanes.position = mine.known`,
      [
        this.group,
        lanes.map(({ lane }) => lane),
        lanes.map(({ epoch }) => epoch),
        end,
        messageTime,
        firstUnit,
        lanes.map(({ position }) => position),
      ],
    );
    this.expectAll(moved, lanes);
  }

  /**
   * Keeps the lanes ours until the transaction ends. A key share excludes takers, who lock the row for update, but not
   * our own `advance`. @throws Fenced
   */
  async hold(tx: Tx, lanes: readonly HeldLane[]): Promise<void> {
    const rows = await tx.query(
      `SELECT 1 FROM lanes JOIN ${MINE} ON lanes.lane = mine.lane AND lanes.epoch = mine.epoch
       WHERE lanes.worker_group = $1 FOR KEY SHARE OF lanes`,
      [this.group, lanes.map(({ lane }) => lane), lanes.map(({ epoch }) => epoch)],
    );
    this.expectAll(rows.length, lanes);
  }

  private expectAll(count: number, lanes: readonly HeldLane[]): void {
    if (count !== lanes.length)
      throw new Fenced(`${this.worker} owns ${String(count)} of ${String(lanes.length)} lanes of ${this.group}`);
  }
}
