import type { PageLimits, ShapeChange, ShapeDefinition, ShapeRow, ShapeStore } from '@app/read-model';

type Rows = Map<string, ShapeRow>;

/** A time for grants that do not end. */
export const NOW = 1_767_323_045_678;

/** Follows a shape as clients do, and holds the server to its word: no change twice, none out of order, none for nothing. */
export class ShapeClient {
  readonly rows: Rows = new Map();
  readonly seen: number[] = [];
  position = 0;

  constructor(
    private readonly store: ShapeStore,
    private readonly shape: ShapeDefinition,
  ) {}

  /** Takes the rows, page by page; `between` is waited for after each page. */
  async begin(between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    this.rows.clear();
    let page = await this.store.page(this.shape, NOW);
    for (;;) {
      this.position = page.position;
      for (const { row } of page.rows) {
        if (this.rows.has(this.keyOf(row))) throw new Error(`${this.keyOf(row)} is in two pages`);
        this.rows.set(this.keyOf(row), row);
      }
      if (page.next === undefined) return;
      await between();
      page = await this.store.page(this.shape, NOW, { position: page.position, after: page.next });
    }
  }

  /** Takes what has happened since; whether something had. */
  async follow(): Promise<boolean> {
    const from = this.position;
    const { changes, position, head } = await this.store.changes(this.shape, NOW, from);
    if (from < head.floor) throw new Error('must refetch');
    for (const change of changes) this.take(change);
    this.position = position;
    return changes.length > 0;
  }

  private take({ operation, seq, row }: ShapeChange): void {
    const key = this.keyOf(row);
    if (seq <= (this.seen.at(-1) ?? 0) || seq <= this.position) throw new Error(`${String(seq)} comes too late`);
    if ((operation === 'insert') === this.rows.has(key)) throw new Error(`${operation} of ${key} at ${String(seq)}`);
    this.seen.push(seq);
    if (operation === 'delete') this.rows.delete(key);
    else this.rows.set(key, { ...this.rows.get(key), ...row });
  }

  private keyOf(row: ShapeRow): string {
    return row[this.shape.table.key] ?? '';
  }
}

export const SMALL: PageLimits = { rows: 3, bytes: 1_000_000 };
