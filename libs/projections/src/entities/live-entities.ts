import type { Row } from '../kernel/change.js';
import { rowRecord, type LiveRow, type LiveTable } from '../kernel/live-table.js';
import { decodeText } from '../kernel/text.js';
import type { Cell } from '../kernel/table.js';
import { entitiesTable, entityTagsTable } from './entity-tables.js';
import { tagsText, type Tags } from './tags-text.js';

const textOf = (cell: Cell | undefined): string | null =>
  typeof cell === 'string' || typeof cell === 'number' ? String(cell) : null;

const NOTHING: LiveRow = { status: null, updated_at: null, tags: '{}' };

const moved = (row: LiveRow, { status, updated_at }: Row): LiveRow => ({
  ...row,
  ...(status !== undefined && { status: textOf(status) }),
  ...(updated_at !== undefined && { updated_at: textOf(updated_at) }),
});

const tagsOf = ({ tags }: LiveRow): Tags => JSON.parse(tags ?? '{}') as Tags;

const withTag = (row: LiveRow, key: string, value: string): LiveRow => ({
  ...row,
  tags: tagsText({ ...tagsOf(row), [key]: value }),
});

const withoutTag = (row: LiveRow, key: string): LiveRow => ({
  ...row,
  tags: tagsText(Object.fromEntries(Object.entries(tagsOf(row)).filter(([name]) => name !== key))),
});

const nameOf = (key: Row): string => decodeText(textOf(key['key']) ?? '""');

/** What the columns of an entity that may change are, of rows as the database has them. `tags`: encoded text. */
export const liveEntity = (
  status: string,
  updatedAt: number,
  tags: readonly (readonly [key: string, value: string])[],
): LiveRow => ({
  status,
  updated_at: String(updatedAt),
  tags: tagsText(Object.fromEntries(tags.map(([key, value]) => [decodeText(key), decodeText(value)]))),
});

/** Entities as clients follow them: status, tags and time of change; everything else of an entity never changes. */
export const liveEntities: LiveTable = {
  name: 'entities',
  shape: 'entities',
  keyOf: (change) => {
    if (!('key' in change) || (change.table !== entitiesTable && change.table !== entityTagsTable)) return undefined;
    return { tenant: textOf(change.key['tenant']) ?? '', key: textOf(change.key['url']) ?? '' };
  },
  evolve: (row, change) => {
    if (change.table === entitiesTable) {
      if (change.kind === 'upsert') return moved(row ?? NOTHING, change.row);
      return row && change.kind === 'patch' ? moved(row, change.set) : row;
    }
    if (!row) return undefined;
    if (change.kind === 'upsert')
      return withTag(row, nameOf(change.key), decodeText(textOf(change.row['value']) ?? '""'));
    return change.kind === 'delete' ? withoutTag(row, nameOf(change.key)) : row;
  },
  record: rowRecord((row) => JSON.stringify(row)),
};
