import type { Change, Row } from './change.js';
import type { Table } from './table.js';

type Write = Exclude<Change, { readonly kind: 'deleteWhere' }>;

/** What is left of a batch for one table: at most one write per row. To be run in this order. */
export interface TableChanges {
  readonly table: Table;
  readonly deletesWhere: readonly Row[];
  readonly deletes: readonly Row[];
  readonly upserts: readonly Row[];
  readonly inserts: readonly Row[];
  readonly patches: readonly { readonly key: Row; readonly set: Row }[];
}

/** The whole row. Spreading both into a literal would make a shape of its own for each row, at twenty times the cost. */
const whole = ({ key, row }: { readonly key: Row; readonly row: Row }): Row => Object.assign({}, key, row);

const matches = (row: Row, match: Row): boolean =>
  Object.entries(match).every(([column, value]) => row[column] === value);

/** The write that has the effect of `first`, then `second`. */
const combine = (first: Write | undefined, second: Write): Write => {
  if (!first || second.kind === 'upsert' || second.kind === 'delete') return second;
  if (second.kind === 'insert') return first.kind === 'delete' ? { ...second, kind: 'upsert' } : first;
  if (!('set' in second) || first.kind === 'delete') return first;
  if ('set' in first) return { ...first, set: { ...first.set, ...second.set } };
  return { ...first, row: { ...first.row, ...second.set } };
};

class PendingTable {
  private readonly rows = new Map<string, Write>();
  private readonly appended: Row[] = [];
  private readonly deletesWhere: Row[] = [];

  constructor(private readonly table: Table) {}

  add(change: Change): void {
    if (change.kind === 'deleteWhere') this.deleteWhere(change.match);
    else if (this.table.appendOnly && change.kind === 'insert') this.appended.push(whole(change));
    else {
      const id = JSON.stringify(this.table.key.map((column) => change.key[column]));
      this.rows.set(id, combine(this.rows.get(id), change));
    }
  }

  changes(): TableChanges {
    const deletes: Row[] = [];
    const upserts: Row[] = [];
    const inserts: Row[] = [...this.appended];
    const patches: { key: Row; set: Row }[] = [];
    for (const write of this.rows.values()) {
      if (write.kind === 'delete') deletes.push(write.key);
      else if (write.kind === 'patch') patches.push({ key: write.key, set: write.set });
      else (write.kind === 'upsert' ? upserts : inserts).push(whole(write));
    }
    return { table: this.table, deletesWhere: this.deletesWhere, deletes, upserts, inserts, patches };
  }

  // Runs before every other write of the batch, so rows written earlier in the batch are taken back here.
  private deleteWhere(match: Row): void {
    for (const [id, write] of this.rows)
      if ((write.kind === 'insert' || write.kind === 'upsert') && matches(whole(write), match))
        this.rows.set(id, { kind: 'delete', table: write.table, key: write.key });
    this.deletesWhere.push(match);
  }
}

/** Leaves the same rows as the changes one at a time. */
export const coalesce = (changes: Iterable<Change>): readonly TableChanges[] => {
  const tables = new Map<string, PendingTable>();
  for (const change of changes) {
    const known = tables.get(change.table.name);
    const pending = known ?? new PendingTable(change.table);
    if (!known) tables.set(change.table.name, pending);
    pending.add(change);
  }
  return [...tables.values()].map((pending) => pending.changes());
};
