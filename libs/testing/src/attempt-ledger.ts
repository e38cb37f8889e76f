import { Backpressure, Contended, DeadlineExceeded, LogUnavailable } from '@app/streams';
import { Refused, type Answer, type Said } from './diary.js';

type Outcome =
  | { readonly kind: 'open' }
  | { readonly kind: 'acknowledged'; readonly answer: Answer }
  /** The caller was told that nothing was written. */
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'unknown' };

const outcomeOf = (error: unknown): Outcome => {
  if (error instanceof DeadlineExceeded && error.unknown) return { kind: 'unknown' };
  const definite = [DeadlineExceeded, LogUnavailable, Contended, Backpressure, Refused];
  if (definite.some((type) => error instanceof type)) return { kind: 'refused', error: error as Error };
  throw error;
};

export interface LedgerTotals {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
}

/** Remembers what every client tried and was told, and holds the log to it. */
export class AttemptLedger {
  private readonly attempts = new Map<string, Outcome>();

  /** Runs one attempt under its id; an attempt that failed may be made again. */
  async attempt(id: string, submit: () => Promise<Answer>): Promise<Outcome> {
    const before = this.attempts.get(id);
    this.attempts.set(id, before?.kind === 'unknown' ? before : { kind: 'open' });
    const outcome = await submit().then((answer): Outcome => ({ kind: 'acknowledged', answer }), outcomeOf);
    // A refusal of a later attempt does not say that an earlier one failed.
    const stands = before?.kind === 'unknown' && outcome.kind === 'refused' ? before : outcome;
    this.attempts.set(id, stands);
    return stands;
  }

  /** Another process tells what it did. */
  note(id: string, kind: 'attempted' | 'acknowledged', answer?: Answer): void {
    if (kind === 'attempted') this.attempts.set(id, { kind: 'unknown' });
    else if (answer) this.attempts.set(id, { kind: 'acknowledged', answer });
  }

  get totals(): LedgerTotals {
    const count = (kind: Outcome['kind']): number =>
      [...this.attempts.values()].filter((outcome) => outcome.kind === kind).length;
    return {
      attempted: this.attempts.size,
      acknowledged: count('acknowledged'),
      refused: count('refused'),
      unknown: count('unknown'),
    };
  }

  /**
   * What contradicts the ledger in the items of the log, empty when nothing does: acknowledged ⊆ log ⊆ attempted, each
   * unit once, the units of a client in the order it got its answers, nothing that was refused.
   */
  contradictions(log: readonly Said[]): readonly string[] {
    const found: string[] = [];
    const places = new Map<string, number>();
    log.forEach(({ id }, place) => {
      if (places.has(id)) found.push(`${id} is in the log twice`);
      places.set(id, place);
      const outcome = this.attempts.get(id);
      if (!outcome) found.push(`${id} was never attempted`);
      if (outcome?.kind === 'refused') found.push(`${id} was refused (${String(outcome.error)}) and is in the log`);
    });
    for (const [id, { kind }] of this.attempts) {
      if (kind === 'acknowledged' && !places.has(id)) found.push(`${id} was acknowledged and is not in the log`);
      if (kind === 'open') found.push(`${id} was never answered`);
    }
    return [...found, ...disorder(log)];
  }
}

const disorder = (log: readonly Said[]): readonly string[] => {
  const last = new Map<string, number>();
  return log.flatMap(({ id, client, n }) => {
    const before = last.get(client) ?? -1;
    last.set(client, n);
    return n > before ? [] : [`${id} of ${client} comes after its number ${String(before)}`];
  });
};
