/** What one closer came to. */
export interface CloseOutcome {
  readonly name: string;
  readonly result: 'closed' | 'failed' | 'timed out' | 'skipped';
  readonly ms: number;
  readonly error?: unknown;
}

export interface ShutdownOptions {
  /** Told as each closer ends; for the log. */
  readonly onOutcome?: (outcome: CloseOutcome) => void;
  /** Bound of the whole, milliseconds. */
  readonly totalMs?: number;
}

interface Closer {
  readonly name: string;
  readonly boundMs: number;
  readonly close: () => unknown;
}

// Shorter than the ten seconds container runtimes wait before SIGKILL, and than a person's patience with Ctrl-C.
const TOTAL_MS = 5_000;
const CLOSER_MS = 2_000;
// Timers are this coarse: less is no time at all.
const LEAST_MS = 2;

/** Closes what was opened, in reverse order, in bounded time. */
export class Shutdown {
  private readonly closers: Closer[] = [];
  private running: Promise<readonly CloseOutcome[]> | undefined;

  constructor(private readonly options: ShutdownOptions = {}) {}

  get started(): boolean {
    return this.running !== undefined;
  }

  /** `close` may return a promise; it is left alone after `boundMs`, and the next closer runs. */
  register(name: string, close: () => unknown, boundMs: number = CLOSER_MS): void {
    this.closers.push({ name, close, boundMs });
  }

  /** Runs every closer once, however often it is called. Never rejects: what went wrong is in the outcomes. */
  run(): Promise<readonly CloseOutcome[]> {
    this.running ??= this.closeAll();
    return this.running;
  }

  private async closeAll(): Promise<readonly CloseOutcome[]> {
    const { onOutcome, totalMs = TOTAL_MS } = this.options;
    const deadline = performance.now() + totalMs;
    const outcomes: CloseOutcome[] = [];
    for (const closer of this.closers.toReversed()) {
      const outcome = await closeOne(closer, Math.min(closer.boundMs, deadline - performance.now()));
      outcomes.push(outcome);
      onOutcome?.(outcome);
    }
    return outcomes;
  }
}

const closeOne = async ({ name, close }: Closer, boundMs: number): Promise<CloseOutcome> => {
  if (boundMs < LEAST_MS) return { name, result: 'skipped', ms: 0 };
  const from = performance.now();
  const ended = (result: CloseOutcome['result'], error?: unknown): CloseOutcome => ({
    name,
    result,
    ms: Math.round(performance.now() - from),
    ...(error !== undefined && { error }),
  });
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<CloseOutcome>((resolve) => {
    timer = setTimeout(() => resolve(ended('timed out')), boundMs);
  });
  const closing = Promise.resolve()
    .then(close)
    .then(
      () => ended('closed'),
      (error: unknown) => ended('failed', error),
    );
  try {
    return await Promise.race([closing, bound]);
  } finally {
    clearTimeout(timer);
  }
};
