import type { Log, LogCursor, LogMessage } from '@app/streams';
import type { LaneAddress, LaneMessage, LaneWork } from './lane-work.js';
import type { HeldLane, LaneMark } from './lane-store.js';
import { laneOf } from './lane-hash.js';
import type { Signal } from './signal.js';

export interface Collected {
  readonly messages: readonly LaneMessage[];
  readonly mark: LaneMark;
}

export interface ReaderOptions {
  readonly log: Log;
  readonly work: LaneWork;
  readonly address: (subject: string) => LaneAddress | undefined;
  readonly held: readonly HeldLane[];
  /** Number of lanes of the group. */
  readonly of: number;
  readonly signal: Signal;
  readonly limit: { readonly messages: number; readonly bytes: number };
}

/** Only compared, never read back: ids of clients may be long and may hold what PostgreSQL text cannot. */
export const identityOf = (message: LogMessage): string | null => {
  try {
    return message.units[0]?.id.replace(/[^\x20-\x7e]/g, '?').slice(0, 100) ?? null;
  } catch {
    return null;
  }
};

/** Reads the log from the lowest of the held lanes and keeps what those lanes have not seen. */
export class LaneReader {
  private readonly cursor: LogCursor;
  private readonly positions: ReadonlyMap<number, number>;
  private messages: LaneMessage[] = [];
  private bytes = 0;
  private last?: LogMessage;
  private reading = false;
  private failure?: { readonly error: unknown };
  private urgentMessage = false;
  /** Position once everything read so far is committed. */
  end: number;
  /** When the oldest uncommitted message was read. */
  since?: number;

  constructor(private readonly options: ReaderOptions) {
    this.positions = new Map(options.held.map(({ lane, position }) => [lane, position]));
    this.end = Math.min(...this.positions.values());
    this.cursor = options.log.cursor(this.end);
  }

  get relevant(): number {
    return this.messages.length;
  }

  /** Collecting more would only make the transaction longer. */
  get full(): boolean {
    return (
      this.urgentMessage ||
      this.messages.length >= this.options.limit.messages ||
      this.bytes >= this.options.limit.bytes
    );
  }

  /**
   * Keeps one read under way, and another one as long as there is room. Fires the signal when that changes when the batch
   * is due, not for each message that joins it. @throws what the cursor threw
   */
  read(): void {
    if (this.failure) throw this.failure.error;
    if (this.reading || this.full) return;
    this.reading = true;
    this.cursor.next(this.options.limit).then(
      (messages) => {
        this.reading = false;
        this.join(messages);
      },
      (error: unknown) => {
        this.reading = false;
        this.fail(error);
      },
    );
  }

  private join(messages: readonly LogMessage[]): void {
    const { since, relevant } = this;
    try {
      if (messages.length === 0) throw new Error('the log was closed');
      this.take(messages);
    } catch (error) {
      this.fail(error);
      return;
    }
    const isFirst = since === undefined || (relevant === 0 && this.relevant > 0);
    if (isFirst || this.full) this.options.signal.fire();
    else this.read();
  }

  private fail(error: unknown): void {
    this.failure = { error };
    this.options.signal.fire();
  }

  /** What was collected since the last call. */
  collected(): Collected {
    const { messages, end, last } = this;
    this.messages = [];
    this.bytes = 0;
    this.since = undefined;
    this.urgentMessage = false;
    const here = last?.seq === end ? last : undefined;
    return {
      messages,
      mark: { end, messageTime: here?.time ?? null, firstUnit: here ? identityOf(here) : null },
    };
  }

  close(): void {
    this.cursor.close();
  }

  private take(messages: readonly LogMessage[]): void {
    for (const message of messages) this.add(message);
    this.last = messages.at(-1) ?? this.last;
    // Only here nothing is under way, so the cursor's position does not cover messages we have not seen.
    const end = Math.max(this.last?.seq ?? 0, this.cursor.position, this.end);
    if (end > this.end) this.since ??= performance.now();
    this.end = end;
  }

  private add(message: LogMessage): void {
    const { address: addressOf, work, of } = this.options;
    const address = addressOf(message.subject);
    if (!address) return;
    const lane = laneOf(address.tenant, address.path, of);
    const position = this.positions.get(lane);
    if (position === undefined || message.seq <= position) return;
    if (work.relevant && !work.relevant(message, address)) return;
    const mine: LaneMessage = { lane, address, message };
    this.messages.push(mine);
    this.bytes += message.payload.length;
    if (work.urgent?.(mine)) this.urgentMessage = true;
  }
}
