import { subjectMark, type LiveRow, type LiveTable } from '../kernel/live-table.js';
import type { Cell } from '../kernel/table.js';
import { entityTypeGrantsTable } from './entity-type-tables.js';

const textOf = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : '');

/** Whom a type is granted to; each is named once, in the order of names. */
export const liveTypeSubjects = (subjects: readonly string[]): LiveRow => ({
  subjects: JSON.stringify([...new Set(subjects)].sort()),
});

const subjectsOf = (row: LiveRow | undefined): readonly string[] =>
  JSON.parse(row?.['subjects'] ?? '[]') as readonly string[];

/** Grants of entity types decide which of them their subjects see; every grant there is says that they may. */
export const liveTypeGrants: LiveTable = {
  name: 'entity_type_grants',
  shape: 'entity_types',
  keyOf: (change) => {
    if (change.table !== entityTypeGrantsTable) return undefined;
    const { tenant, name } = 'match' in change ? change.match : change.key;
    return { tenant: textOf(tenant), key: textOf(name) };
  },
  evolve: (row, change) => {
    if (change.kind === 'deleteWhere') return undefined;
    return change.kind === 'upsert' ? liveTypeSubjects([...subjectsOf(row), textOf(change.row['subject'])]) : row;
  },
  record: ({ before, after }) => {
    const [was, is] = [subjectsOf(before), subjectsOf(after)];
    return [...was.filter((each) => !is.includes(each)), ...is.filter((each) => !was.includes(each))].map(
      (subject) => ({
        key: subjectMark(subject),
        old: null,
        new: null,
      }),
    );
  },
};
