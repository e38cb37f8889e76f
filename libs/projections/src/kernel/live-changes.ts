import type { Change } from './change.js';
import type { LiveKey, LiveRow, LiveTable } from './live-table.js';
import type { Projected } from './projection.js';
import type { Table } from './table.js';

/** What was written down of live tables, by the message that did it; see `LiveRecord`. */
export const shapeChangesTable: Table = {
  name: 'shape_changes',
  key: ['shape', 'seq', 'key'],
  columns: { shape: 'text', seq: 'bigint', tenant: 'text', key: 'text', old: 'text', new: 'text' },
  appendOnly: true,
};

/** What one message does to the rows of a projection. */
export interface MappedMessage {
  readonly input: Projected;
  readonly changes: readonly Change[];
}

export const liveId = ({ tenant, key }: LiveKey): string => JSON.stringify([tenant, key]);

/** The rows of a live table that a batch concerns, each once. */
export const liveKeys = (live: LiveTable, mapped: readonly MappedMessage[]): readonly LiveKey[] => {
  const keys = new Map<string, LiveKey>();
  for (const { changes } of mapped)
    for (const change of changes) {
      const key = live.keyOf(change);
      if (key) keys.set(liveId(key), key);
    }
  return [...keys.values()];
};

/**
 * What is written down of a batch: one change per message and row, so that it does not depend on where a batch began.
 * `rows`: those of `liveKeys` before the batch, by `liveId`.
 */
export const liveChanges = (
  live: LiveTable,
  mapped: readonly MappedMessage[],
  rows: ReadonlyMap<string, LiveRow>,
): readonly Change[] => {
  const current = new Map(rows);
  const recorded: Change[] = [];
  for (const { input, changes } of mapped) {
    const touched = new Map<string, { readonly key: LiveKey; readonly before: LiveRow | undefined }>();
    for (const change of changes) {
      const key = live.keyOf(change);
      if (!key) continue;
      const id = liveId(key);
      const row = current.get(id);
      if (!touched.has(id)) touched.set(id, { key, before: row });
      const after = live.evolve(row, change);
      if (after) current.set(id, after);
      else current.delete(id);
    }
    for (const [id, { key, before }] of touched)
      for (const record of live.record({ key, before, after: current.get(id), changes }))
        recorded.push({
          kind: 'insert',
          table: shapeChangesTable,
          key: { shape: live.shape, seq: input.message.seq, key: record.key },
          row: { tenant: key.tenant, old: record.old, new: record.new },
        });
  }
  return recorded;
};
