import { subjectMark, type LiveMove, type LiveRecord, type LiveRow, type LiveTable } from '../kernel/live-table.js';
import type { Cell } from '../kernel/table.js';
import { entitiesTable, entityGrantsTable } from './entity-tables.js';
import { isReading } from './readers.js';

const textOf = (cell: Cell | undefined): string =>
  typeof cell === 'string' || typeof cell === 'number' ? String(cell) : '';

export const liveGrant = (permission: string, subject: string): LiveRow => ({ permission, subject });

const reads = ({ permission }: LiveRow): boolean => isReading(permission ?? '');

/** Who is given something with a new entity sees that entity itself come. */
const isSpawn = ({ changes }: LiveMove): boolean =>
  changes.some(({ table, kind }) => table === entitiesTable && kind === 'upsert');

/** Grants of entities decide what their subjects see: of other entities as well, when they reach descendants. */
export const liveGrants: LiveTable = {
  name: 'entity_grants',
  shape: 'entities',
  keyOf: (change) => {
    if (change.table !== entityGrantsTable || !('key' in change)) return undefined;
    const { tenant, url, id } = change.key;
    return { tenant: textOf(tenant), key: `${textOf(url)} ${textOf(id)}` };
  },
  evolve: (row, change) => {
    if (change.kind === 'upsert') return liveGrant(textOf(change.row['permission']), textOf(change.row['subject']));
    return change.kind === 'delete' ? undefined : row;
  },
  record: (move): readonly LiveRecord[] => {
    const { before, after } = move;
    if (isSpawn(move) || (before !== undefined && after !== undefined)) return [];
    return [before, after]
      .filter((row) => row !== undefined && reads(row))
      .map((row) => ({ key: subjectMark(row?.['subject'] ?? ''), old: null, new: null }));
  },
};
