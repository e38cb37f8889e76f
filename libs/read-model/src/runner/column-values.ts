import type { Cell, ColumnType } from '@app/projections';

const SQL_TYPES = { text: 'text[]', bigint: 'bigint[]', int: 'int[]', words: 'text[]' } as const;

// The mappers encode free text; this is the last line against a value that would stop every commit of the lane.
const withoutNul = (value: Cell): Cell =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;

const isBytes = (value: Cell | undefined): value is Uint8Array => value instanceof Uint8Array;

export interface UnnestColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/**
 * Columns of many rows as parameters and a FROM item. Bytes are one binary parameter cut up by length: an array of
 * bytea would be sent as text of twice the size.
 */
export const unnest = (
  columns: readonly UnnestColumn[],
  rows: readonly Readonly<Record<string, Cell>>[],
): { readonly from: string; readonly select: readonly string[]; readonly values: readonly unknown[] } => {
  const values: unknown[] = [];
  const arrays: string[] = [];
  const aliases: string[] = [];
  const select: string[] = [];
  const array = (type: keyof typeof SQL_TYPES, cells: readonly Cell[], alias: string): void => {
    values.push(cells);
    arrays.push(`$${String(values.length)}::${SQL_TYPES[type]}`);
    aliases.push(alias);
  };
  for (const { name, type } of columns) {
    const cells = rows.map((row) => withoutNul(row[name] ?? null));
    if (type !== 'bytes') {
      array(type, cells, name);
      select.push(type === 'words' ? `string_to_array(v.${name}, ' ')` : `v.${name}`);
      continue;
    }
    const chunks = cells.filter(isBytes);
    values.push(Buffer.concat(chunks));
    const bytes = `$${String(values.length)}::bytea`;
    let at = 1;
    const starts = cells.map((cell) => {
      const start = at;
      at += isBytes(cell) ? cell.length : 0;
      return start;
    });
    array('int', starts, `${name}_from`);
    array(
      'int',
      cells.map((cell) => (isBytes(cell) ? cell.length : null)),
      `${name}_size`,
    );
    select.push(`substring(${bytes} FROM v.${name}_from FOR v.${name}_size)`);
  }
  return { from: `unnest(${arrays.join(', ')}) AS v(${aliases.join(', ')})`, select, values };
};
