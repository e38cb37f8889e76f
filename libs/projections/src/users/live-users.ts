import type { Row } from '../kernel/change.js';
import { rowRecord, type LiveRow, type LiveTable } from '../kernel/live-table.js';
import type { Cell } from '../kernel/table.js';
import { usersTable } from './users-table.js';

const COLUMNS = ['display_name', 'email', 'avatar_url', 'updated_at'] as const;

const textOf = (cell: Cell | undefined): string | null =>
  typeof cell === 'string' || typeof cell === 'number' ? String(cell) : null;

/** What clients see of a user and what may change, of a row as the database has it. */
export const liveUser = (row: Row): LiveRow => Object.fromEntries(COLUMNS.map((name) => [name, textOf(row[name])]));

/** Users as clients follow them. */
export const liveUsers: LiveTable = {
  name: 'users',
  shape: 'users',
  keyOf: (change) => {
    if (change.table !== usersTable || !('key' in change)) return undefined;
    return { tenant: textOf(change.key['tenant']) ?? '', key: textOf(change.key['id']) ?? '' };
  },
  evolve: (row, change) => {
    if (change.kind === 'upsert') return liveUser(change.row);
    return row && change.kind === 'patch' ? { ...row, ...liveUser({ ...row, ...change.set }) } : row;
  },
  record: rowRecord((row) => JSON.stringify(row)),
};
