import type { Row, Table, TableChanges } from '@app/projections';
import type { Tx } from '../sql/tx.js';
import { unnest, type UnnestColumn } from './column-values.js';

const columnsOf = (table: Table, names: readonly string[]): readonly UnnestColumn[] =>
  names.map((name) => {
    const type = table.columns[name];
    if (type === undefined) throw new Error(`table ${table.name} has no column ${name}`);
    return { name, type };
  });

const insert = async (tx: Tx, table: Table, rows: readonly Row[], onConflict: string): Promise<void> => {
  if (rows.length === 0) return;
  const names = Object.keys(table.columns);
  const { from, select, values } = unnest(columnsOf(table, names), rows);
  await tx.execute(
    `INSERT INTO ${table.name} (${names.join(', ')}) SELECT ${select.join(', ')} FROM ${from} ON CONFLICT ${onConflict}`,
    values,
  );
};

const upsert = (tx: Tx, table: Table, rows: readonly Row[]): Promise<void> => {
  const set = Object.keys(table.columns)
    .filter((name) => !table.key.includes(name))
    .map((name) => `${name} = excluded.${name}`);
  return insert(tx, table, rows, `(${table.key.join(', ')}) DO UPDATE SET ${set.join(', ')}`);
};

/** Rows grouped by the columns they name, so that each group is one statement. */
const byColumns = <T>(entries: readonly T[], columns: (entry: T) => Row): readonly (readonly T[])[] => {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const signature = Object.keys(columns(entry)).sort().join();
    const group = groups.get(signature);
    if (group) group.push(entry);
    else groups.set(signature, [entry]);
  }
  return [...groups.values()];
};

const patch = async (tx: Tx, table: Table, patches: TableChanges['patches']): Promise<void> => {
  for (const group of byColumns(patches, ({ set }) => set)) {
    const set = Object.keys(group[0]?.set ?? {}).sort();
    const rows = group.map((entry) => ({ ...entry.key, ...entry.set }));
    const { from, select, values } = unnest(columnsOf(table, [...set, ...table.key]), rows);
    await tx.execute(
      `UPDATE ${table.name} t SET ${set.map((name, n) => `${name} = ${String(select[n])}`).join(', ')} FROM ${from}
       WHERE ${table.key.map((name) => `t.${name} = v.${name}`).join(' AND ')}`,
      values,
    );
  }
};

const remove = async (tx: Tx, table: Table, matches: readonly Row[]): Promise<void> => {
  for (const group of byColumns(matches, (match) => match)) {
    const names = Object.keys(group[0] ?? {}).sort();
    const { from, values } = unnest(columnsOf(table, names), group);
    await tx.execute(
      `DELETE FROM ${table.name} t USING ${from} WHERE ${names.map((name) => `t.${name} = v.${name}`).join(' AND ')}`,
      values,
    );
  }
};

/** Turns the coalesced changes of one table into a handful of set-based statements. */
export const writeChanges = async (tx: Tx, changes: TableChanges): Promise<void> => {
  const { table } = changes;
  await remove(tx, table, changes.deletesWhere);
  await remove(tx, table, changes.deletes);
  await upsert(tx, table, changes.upserts);
  await insert(tx, table, changes.inserts, 'DO NOTHING');
  await patch(tx, table, changes.patches);
};
