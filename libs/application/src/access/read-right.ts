import { NEVER, type DomainError } from '@app/domain';
import type { Log, LogMessage, StreamEnd } from '@app/streams';

/** Milliseconds a timer of the platform can wait. */
const LONGEST_MS = 2 ** 31 - 1;

export interface Right {
  /** Until when the stream may be read. */
  readonly until: number;
  /** Subjects of the streams whose changes may take it away earlier. */
  readonly rests: () => readonly string[];
  /** Of the stream, as it was when the right was looked at: what came later it says nothing about. */
  readonly end: StreamEnd;
}

const CHANGING = new Set(['granted', 'revoked', 'linked']);

/** Undefined: messages may have been missed. */
const mayChange = (message: LogMessage | undefined): boolean =>
  message === undefined || message.events.some(({ type }) => CHANGING.has(type));

/**
 * The right of one reader. That of a live one is watched: from the moment at which the log, or the clock, says what may
 * end it, nothing more is for the reader until the right was found to hold.
 */
export class ReadRight {
  private readonly stops = new Map<string, () => void>();
  private timer?: NodeJS.Timeout;
  private lost?: (error: unknown) => void;
  /** How often something spoke against it, and up to which time that has been looked into. */
  private doubts = 0;
  private settled = 0;

  constructor(
    private readonly log: Log,
    private readonly now: () => number,
    private readonly ask: () => Promise<Right>,
    private readonly refusal: () => DomainError,
  ) {}

  /** It must be checked before anything more is handed out. */
  get inDoubt(): boolean {
    return this.settled < this.doubts;
  }

  /** @returns the end up to which the stream may be read. @throws DomainError UNAUTHORIZED */
  async check(): Promise<StreamEnd> {
    const asked = this.doubts;
    const { until, rests, end } = await this.ask();
    if (until <= NEVER) throw this.refusal();
    this.settled = Math.max(this.settled, asked);
    if (!this.lost) return end;
    this.expire(until);
    // What is watched only now may have changed since it was looked at.
    if (this.follow(rests())) this.doubt();
    return end;
  }

  /** Before the first check. `lost` is told, at most once, what `check` throws by then. `rests`: as far as is known. */
  watch(rests: readonly string[], lost: (error: unknown) => void): void {
    this.lost = lost;
    this.follow(rests);
    this.doubts += 1;
  }

  stop(): void {
    this.lost = undefined;
    clearTimeout(this.timer);
    this.follow([]);
  }

  /** Whether there are new ones among the subjects. */
  private follow(rests: readonly string[]): boolean {
    for (const [subject, stop] of this.stops) {
      if (rests.includes(subject)) continue;
      stop();
      this.stops.delete(subject);
    }
    const added = rests.filter((subject) => !this.stops.has(subject));
    for (const subject of added)
      this.stops.set(
        subject,
        this.log.watch(subject, (message) => {
          if (mayChange(message)) this.doubt();
        }),
      );
    return added.length > 0;
  }

  private expire(until: number): void {
    clearTimeout(this.timer);
    if (until === Infinity) return;
    const left = Math.min(Math.max(until - this.now(), 0), LONGEST_MS);
    this.timer = setTimeout(() => {
      this.doubt();
    }, left);
  }

  private doubt(): void {
    this.doubts += 1;
    this.check().catch((error: unknown) => {
      const { lost } = this;
      this.stop();
      lost?.(error);
    });
  }
}
