import { LRUCache } from 'lru-cache';

interface Span {
  readonly after: number;
  readonly last: number;
}

/**
 * Which of the newest messages of a subject this process wrote itself, without anything of anybody else in between: what
 * another process may have written need not be looked for there.
 */
export class OwnWrites {
  private readonly spans: LRUCache<string, Span>;

  constructor(max: number) {
    this.spans = new LRUCache({ max });
  }

  /** A message of ours was stored at `seq`, right behind `expected`. */
  add(subject: string, expected: number, seq: number): void {
    const known = this.spans.get(subject);
    this.spans.set(subject, { after: known?.last === expected ? known.after : expected, last: seq });
  }

  /** Everything on the subject after this and up to `tail`, its newest message, is ours. */
  since(subject: string, tail: number): number {
    const known = this.spans.get(subject);
    return known?.last === tail ? known.after : tail;
  }
}
