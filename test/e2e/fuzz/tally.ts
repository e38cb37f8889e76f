import { documentedAnswers, type ApiDocument } from './document.js';
import type { Draft } from './draft.js';
import type { Reply } from './wire.js';

interface Count {
  requests: number;
  succeeded: number;
  slowestMs: number;
  readonly codes: Map<string, number>;
}

/** As the document names it, see `documentedAnswers`. */
export const answerOf = ({ status, json }: Reply): string =>
  status < 400 ? String(status) : `${String(status)} ${String(json?.error?.code ?? '')}`.trim();

/** What was asked and what came of it, by operation. */
export class Tally {
  private readonly counts = new Map<string, Count>();

  constructor(private readonly document: ApiDocument) {
    for (const { id } of document.operations)
      this.counts.set(id, { requests: 0, succeeded: 0, slowestMs: 0, codes: new Map() });
  }

  note({ operation, elsewhere, flavour }: Draft, reply: Reply): void {
    const { status, ms } = reply;
    const count = this.counts.get(operation.id) as Count;
    // The share of successes is that of requests left to chance.
    const byChance = flavour !== 'directed';
    if (byChance) count.requests += 1;
    count.slowestMs = Math.max(count.slowestMs, ms);
    if (elsewhere) return;
    if (byChance && status < 300) count.succeeded += 1;
    const code = answerOf(reply);
    count.codes.set(code, (count.codes.get(code) ?? 0) + 1);
  }

  /** Operations with fewer requests, or a smaller part of successes. */
  below(requests: number, part: number): readonly string[] {
    return [...this.counts]
      .filter(([, count]) => count.requests < requests || count.succeeded < part * count.requests)
      .map(([id, count]) => `${id}: ${String(count.succeeded)} of ${String(count.requests)} succeeded`);
  }

  /** `operation: status code` that the document names and nobody met. */
  unseen(): readonly string[] {
    return this.document.operations.flatMap((operation) => {
      const { codes } = this.counts.get(operation.id) as Count;
      return documentedAnswers(operation).flatMap((answer) =>
        codes.has(answer) ? [] : [`${operation.id}: ${answer}`],
      );
    });
  }

  /** Least part of successes of any operation. */
  leastSuccess(): number {
    return Math.min(...[...this.counts.values()].map(({ requests, succeeded }) => succeeded / requests));
  }

  table(): string {
    const lines = [...this.counts].map(([id, { requests, succeeded, slowestMs, codes }]) => {
      const share = `${((100 * succeeded) / Math.max(1, requests)).toFixed(0)} %`;
      const met = [...codes].map(([code, count]) => `${code}: ${String(count)}`).join(', ');
      return `${id.padEnd(28)} ${String(requests).padStart(5)} ${share.padStart(5)} ${slowestMs.toFixed(0).padStart(5)} ms  ${met}`;
    });
    return lines.join('\n');
  }
}
