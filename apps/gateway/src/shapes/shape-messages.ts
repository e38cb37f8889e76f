import type { Shape, ShapeChange, ShapeChanges, ShapePage, ShapeRow } from '@app/application';

/** Names a row in all its messages. */
const keyOf = ({ table: { name, key } }: Shape, row: ShapeRow): string =>
  `"public"."${name}"/"${row['tenant_id'] ?? ''}"/"${row[key] ?? ''}"`;

const insertText = (shape: Shape, row: ShapeRow): string =>
  JSON.stringify({ key: keyOf(shape, row), value: row, headers: { operation: 'insert' } });

const texts = new WeakMap<ShapeChange, string>();

/** Made once for everybody who is told of it. */
export const changeText = (shape: Shape, change: ShapeChange): string => {
  const known = texts.get(change);
  if (known !== undefined) return known;
  const { operation, seq, row, old } = change;
  const key = keyOf(shape, row);
  const text = JSON.stringify({
    key,
    value: row,
    ...(old && { old_value: old }),
    headers: { operation, txids: [seq] },
  });
  texts.set(change, text);
  return text;
};

export const UP_TO_DATE = JSON.stringify({ headers: { control: 'up-to-date' } });

export const MUST_REFETCH = JSON.stringify([{ headers: { control: 'must-refetch' } }]);

const bodyOf = (messages: readonly string[], upToDate: boolean): string =>
  `[${[...messages, ...(upToDate ? [UP_TO_DATE] : [])].join(',\n')}]`;

export const pageBody = (shape: Shape, { rows }: ShapePage, upToDate: boolean): string =>
  bodyOf(
    rows.map(({ row }) => insertText(shape, row)),
    upToDate,
  );

const bodies = new WeakMap<ShapeChanges, string>();

/** Nothing happened. */
export const EMPTY = `[${UP_TO_DATE}]`;

/** Made once for everybody who is given the same changes. */
export const changesBody = (shape: Shape, changes: ShapeChanges): string => {
  const known = bodies.get(changes);
  if (known !== undefined) return known;
  const body = bodyOf(
    changes.changes.map((change) => changeText(shape, change)),
    !changes.more,
  );
  bodies.set(changes, body);
  return body;
};
