import { subjectMark, type LiveRecord, type LiveTable } from '../kernel/live-table.js';
import { entitiesTable } from './entity-tables.js';
import { liveGrants } from './live-grants.js';

const SHAPE = 'entity_effective_permissions';

/** Stands for everybody. */
export const ANYBODY = '*';

const marks = (...keys: readonly string[]): readonly LiveRecord[] =>
  keys.map((key) => ({ key: subjectMark(key), old: null, new: null }));

/** Every grant that comes or goes changes what its subject is permitted. */
export const livePermissions: LiveTable = {
  ...liveGrants,
  shape: SHAPE,
  record: ({ before, after }) => {
    if (before !== undefined && after !== undefined) return [];
    const subject = (before ?? after)?.['subject'];
    return typeof subject === 'string' ? marks(subject, ANYBODY) : [];
  },
};

/** An entity below another may inherit permissions; whose, is seen when they are read. */
export const liveHeirs: LiveTable = {
  name: 'heirs',
  shape: SHAPE,
  keyOf: (change) =>
    change.table === entitiesTable && change.kind === 'upsert' && typeof change.row['parent'] === 'string'
      ? { tenant: String(change.key['tenant']), key: String(change.key['url']) }
      : undefined,
  evolve: () => ({}),
  record: ({ key: { key } }) => marks(key),
};
