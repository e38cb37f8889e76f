import type { Database } from '../sql/database.js';
import type { LaneAdvance, LaneHints } from './lane-hints.js';

/** The lanes did not reach a position in time; the caller answers 503. */
export class LanesBehind extends Error {
  override readonly name = 'LanesBehind';
  constructor(
    readonly group: string,
    readonly seq: number,
    readonly position: number,
    options?: ErrorOptions,
  ) {
    super(`lanes of ${group} are at ${String(position)}, ${String(seq)} was waited for`, options);
  }
}

// Hints make waiting short; polling only has to bridge lost ones.
const FIRST_POLL_MS = 4;
const LAST_POLL_MS = 50;

/** What was read, and the lowest position of the lanes of a group in that snapshot. */
export interface AsOf<Found> {
  readonly position: number;
  readonly found: Found;
}

interface Waiting {
  readonly seq: number;
  resolve(): void;
}

/** What one process knows about the positions of one group. */
class GroupPositions {
  private lanes: number[] = [];
  private readonly waiting = new Set<Waiting>();
  private polling?: NodeJS.Timeout;
  private pollMs = FIRST_POLL_MS;
  position = 0;
  trouble?: unknown;

  constructor(
    private readonly db: Database,
    private readonly group: string,
  ) {}

  heard({ lanes, of, position }: LaneAdvance): void {
    if (this.lanes.length !== of) this.lanes = Array.from({ length: of }, () => 0);
    for (const lane of lanes) this.lanes[lane] = Math.max(this.lanes[lane] ?? 0, position);
    this.moveTo(Math.min(...this.lanes));
  }

  async reached(seq: number, timeoutMs: number): Promise<boolean> {
    if (this.position >= seq) return true;
    return new Promise((resolve) => {
      const done = (reached: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(entry);
        resolve(reached);
      };
      const timer = setTimeout(() => done(false), timeoutMs);
      const entry: Waiting = { seq, resolve: () => done(true) };
      this.waiting.add(entry);
      this.pollMs = FIRST_POLL_MS;
      this.schedule();
    });
  }

  /**
   * Reads what says where the lanes are: the database may have lost in a crash what was committed and told, because positions
   * are written lazily.
   */
  async confirm<Found>(read: () => Promise<AsOf<Found>>): Promise<AsOf<Found>> {
    const heard = this.position;
    const answer = await read();
    const { position } = answer;
    if (position >= heard) this.moveTo(position);
    else {
      this.lanes = [];
      this.position = position;
    }
    return answer;
  }

  private moveTo(position: number): void {
    if (position <= this.position) return;
    this.position = position;
    for (const entry of [...this.waiting]) if (entry.seq <= position) entry.resolve();
  }

  private schedule(): void {
    if (this.polling || this.waiting.size === 0) return;
    this.polling = setTimeout(() => void this.poll(), this.pollMs);
    this.pollMs = Math.min(this.pollMs * 2, LAST_POLL_MS);
  }

  private async poll(): Promise<void> {
    try {
      if (this.waiting.size > 0) this.moveTo(await readPosition(this.db, this.group));
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error;
    }
    this.polling = undefined;
    this.schedule();
  }
}

/** Lowest position of the group's lanes; 0 when it has none. */
export const readPosition = async (db: Database, group: string): Promise<number> => {
  const [row] = await db.query<{ position: number | null }>(
    'SELECT min(position) AS position FROM lanes WHERE worker_group = $1',
    [group],
  );
  return row?.position ?? 0;
};

/** Waits for the lanes of a group, whichever process runs them. */
export class LaneWaiter {
  private readonly groups = new Map<string, GroupPositions>();
  private readonly unsubscribe: () => void;

  constructor(
    private readonly db: Database,
    private readonly hints: LaneHints,
  ) {
    this.unsubscribe = hints.onAdvanced((advance) => this.positions(advance.group).heard(advance));
  }

  /** Resolves when every lane of the group has applied everything up to `seq`. @throws LanesBehind */
  async waitFor(group: string, seq: number, timeoutMs?: number): Promise<void> {
    const read = async (): Promise<AsOf<void>> => ({
      position: await readPosition(this.db, group),
      found: undefined,
    });
    await this.read(group, seq, read, timeoutMs);
  }

  /** What a statement finds once they have, when it tells their position in its own snapshot. @throws LanesBehind */
  async read<Found>(group: string, seq: number, read: () => Promise<AsOf<Found>>, timeoutMs = 1_000): Promise<Found> {
    const positions = this.positions(group);
    const until = performance.now() + timeoutMs;
    do {
      if (positions.position < seq) {
        const reached = positions.reached(seq, until - performance.now());
        this.hints.wanted(group, seq);
        if (!(await reached)) break;
      }
      const { position, found } = await positions.confirm(read);
      if (position >= seq) return found;
    } while (performance.now() < until);
    throw new LanesBehind(group, seq, positions.position, { cause: positions.trouble });
  }

  close(): void {
    this.unsubscribe();
  }

  private positions(group: string): GroupPositions {
    const known = this.groups.get(group);
    if (known) return known;
    const created = new GroupPositions(this.db, group);
    this.groups.set(group, created);
    return created;
  }
}
