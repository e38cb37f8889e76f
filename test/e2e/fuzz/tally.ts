import type { ApiDocument } from './document.js';
import type { Draft } from './draft.js';
import type { Reply } from './wire.js';

interface Count {
  requests: number;
  succeeded: number;
  slowestMs: number;
  readonly codes: Map<string, number>;
}

/** What was asked and what came of it, by operation. */
export class Tally {
  private readonly counts = new Map<string, Count>();

  constructor(private readonly document: ApiDocument) {
    for (const { id } of document.operations)
      this.counts.set(id, { requests: 0, succeeded: 0, slowestMs: 0, codes: new Map() });
  }

  note({ operation, elsewhere }: Draft, { status, json, ms }: Reply): void {
    const count = this.counts.get(operation.id) as Count;
    count.requests += 1;
    count.slowestMs = Math.max(count.slowestMs, ms);
    if (elsewhere) return;
    if (status < 300) count.succeeded += 1;
    const code = status < 400 ? String(status) : `${String(status)} ${String(json?.error?.code ?? '')}`.trim();
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
    return this.document.operations.flatMap(({ id, method, responses }) => {
      const { codes } = this.counts.get(id) as Count;
      const named = [...responses].flatMap(([status, { codes: errors }]) =>
        errors.length === 0 || method === 'HEAD' ? [String(status)] : errors.map((code) => `${String(status)} ${code}`),
      );
      return [...new Set(named)].filter((code) => !codes.has(code)).map((code) => `${id}: ${code}`);
    });
  }

  /** Codes of errors met anywhere. */
  codes(): ReadonlySet<string> {
    const all = [...this.counts.values()].flatMap(({ codes }) => [...codes.keys()]);
    return new Set(all.flatMap((code) => code.split(' ')[1] ?? []));
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
