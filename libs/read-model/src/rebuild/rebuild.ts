import type { Projected, Projection } from '@app/projections';
import type { Log, LogCursor, LogMessage } from '@app/streams';
import { laneOf } from '../lanes/lane-hash.js';
import type { LaneAddress } from '../lanes/lane-work.js';
import { applyProjections } from '../runner/apply-projections.js';
import { Quarantine } from '../runner/quarantine.js';
import type { Database } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';
import { beginRebuild, finishRebuild, lanePositions } from './rebuild-store.js';

export interface RebuildProgress {
  readonly position: number;
  /** Where the live lanes are. */
  readonly target: number;
  readonly messagesPerSecond: number;
  readonly etaMs: number;
}

export interface RebuildOptions {
  readonly db: Database;
  readonly log: Log;
  /** The worker group that keeps the projection. */
  readonly group: string;
  readonly projection: Projection;
  readonly address: (subject: string) => LaneAddress | undefined;
  readonly onProgress?: (progress: RebuildProgress) => void;
}

/** Somebody else is rebuilding this projection. */
export class RebuildRunning extends Error {
  override readonly name = 'RebuildRunning';
}

export { projectionDigest, type TableDigest } from './digest.js';

const REBUILD_LOCK = 7_264_002;
const PAGE = { messages: 2_000, bytes: 8 * 1024 * 1024 } as const;
// What is left for the last transaction, during which the live workers wait.
const SMALL_REST = 2_000;
const REST_TIMEOUT_MS = 10_000;

interface Addressed extends Projected {
  readonly address: LaneAddress;
}

/** Replays the log into the emptied tables, never further than the live lanes are. */
class Replay {
  private readonly quarantine = new Quarantine();
  private readonly cursor: LogCursor;
  private ahead: LogMessage[] = [];
  position = 0;
  messages = 0;

  constructor(private readonly options: RebuildOptions) {
    this.cursor = options.log.cursor(0);
  }

  /** One transaction of messages up to `target`. */
  async page(target: number): Promise<void> {
    const messages = await this.upTo(target, PAGE.messages);
    const { db, projection } = this.options;
    await db.transaction(
      async (tx) => {
        await this.apply(tx, messages);
        await tx.execute('UPDATE projections SET position = $2 WHERE name = $1', [projection.name, this.position]);
      },
      { synchronousCommit: 'off' },
    );
  }

  /** The rest, for each lane exactly up to its position. */
  async rest(tx: Tx, lanes: ReadonlyMap<number, number>): Promise<void> {
    const target = Math.max(0, ...lanes.values());
    while (this.position < target) {
      const messages = await this.upTo(target, PAGE.messages);
      await this.apply(tx, messages, ({ address: { tenant, path }, message }) => {
        return message.seq <= (lanes.get(laneOf(tenant, path, lanes.size)) ?? 0);
      });
    }
  }

  close(): void {
    this.cursor.close();
  }

  private async upTo(target: number, count: number): Promise<readonly LogMessage[]> {
    while (this.ahead.length === 0 && this.cursor.position < target)
      this.ahead = [...(await within(REST_TIMEOUT_MS, this.cursor.next(PAGE)))];
    const beyond = this.ahead.findIndex(({ seq }) => seq > target);
    const size = Math.min(count, beyond === -1 ? this.ahead.length : beyond);
    const messages = this.ahead.splice(0, size);
    const complete = this.ahead.length > 0 ? (this.ahead[0]?.seq ?? 0) > target : this.cursor.position >= target;
    this.position = complete ? target : Math.max(this.position, messages.at(-1)?.seq ?? 0);
    this.messages += messages.length;
    return messages;
  }

  private async apply(
    tx: Tx,
    messages: readonly LogMessage[],
    wanted: (input: Addressed) => boolean = () => true,
  ): Promise<void> {
    const inputs: Addressed[] = [];
    for (const message of messages) {
      const address = this.options.address(message.subject);
      if (!address) continue;
      const input = { address, message };
      if (wanted(input)) inputs.push(input);
    }
    if (inputs.length === 0) return;
    const { quarantine } = this;
    quarantine.remember(
      await applyProjections(tx, [this.options.projection], inputs, { quarantine, audience: 'nobody' }),
    );
  }
}

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the log does not deliver what the lanes have applied')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const replay = async (options: RebuildOptions): Promise<{ readonly messages: number }> => {
  const { db, group, projection, onProgress } = options;
  await beginRebuild(db, group, projection);
  const run = new Replay(options);
  const started = performance.now();
  try {
    for (;;) {
      const { min, max } = await lanePositions(db, group);
      if (max - run.position <= SMALL_REST || run.position >= min) break;
      await run.page(min);
      const messagesPerSecond = (run.messages / (performance.now() - started)) * 1_000;
      const etaMs = ((min - run.position) / Math.max(1, messagesPerSecond)) * 1_000;
      onProgress?.({ position: run.position, target: min, messagesPerSecond, etaMs });
    }
    await finishRebuild(db, group, projection, (tx, lanes) => run.rest(tx, lanes));
    return { messages: run.messages };
  } finally {
    run.close();
  }
};

/**
 * Empties a projection and folds the log into it again while the live workers go on with the others. Reads of it are
 * refused meanwhile. When it is interrupted the projection stays empty and refused until it is run again.
 * @throws RebuildRunning
 */
export const rebuild = (options: RebuildOptions): Promise<{ readonly messages: number }> =>
  options.db.session(async (session) => {
    const lock = [REBUILD_LOCK, options.projection.name];
    const [row] = await session.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1::int, hashtext($2)) AS locked',
      lock,
    );
    if (!row?.locked) throw new RebuildRunning(`${options.projection.name} is being rebuilt by somebody else`);
    try {
      return await replay(options);
    } finally {
      await session.query('SELECT pg_advisory_unlock($1::int, hashtext($2))', lock).catch(() => undefined);
    }
  });
