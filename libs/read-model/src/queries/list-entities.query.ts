import type { Database } from '../sql/database.js';
import { entitySource, Values, type EntityFilters, type EntitySource } from './entity-conditions.js';
import { ENTITY_COLUMNS, TAGS, toEntityRow, type EntityRow, type FoundEntity } from './entity-row.js';
import { queryProjection } from './projection-state.js';
import { readableBy, type RowReader } from './readable.js';

export type EntitySort = 'created_at' | 'updated_at' | 'url';

/** Rows after that one, in the same order. `value`: of the column sorted by; not needed by URL. */
export interface EntityPlace {
  readonly value?: number;
  readonly url: string;
}

export interface EntityListing extends EntityFilters {
  /** Default: newest first. Rows of one value come by URL, in the other direction. */
  readonly sort?: { readonly by: EntitySort; readonly descending: boolean };
  readonly after?: EntityPlace;
  readonly limit?: number;
}

const NEWEST_FIRST = { by: 'created_at', descending: true } as const;

interface Order {
  /** Of the source, and of the rows around it. */
  readonly inner: string;
  readonly outer: string;
  readonly condition: string | undefined;
}

const orderOf = ({ sort = NEWEST_FIRST, after }: EntityListing, { ordered }: EntitySource, values: Values): Order => {
  const { by, descending } = sort;
  const [way, past] = descending ? ['DESC', '<'] : ['ASC', '>'];
  const [urlWay, urlPast] = descending ? ['ASC', '>'] : ['DESC', '<'];
  const url = `${ordered}.url`;
  if (by === 'url')
    return {
      inner: `${url} ${way}`,
      outer: `e.url ${way}`,
      condition: after && `${url} ${past} ${values.add(after.url)}`,
    };
  const column = `${by === 'created_at' ? ordered : 'e'}.${by}`;
  const condition = (): string => {
    const [value, from] = [values.add(after?.value ?? 0), values.add(after?.url)];
    return `${column} ${past}= ${value} AND (${column} ${past} ${value} OR ${url} ${urlPast} ${from})`;
  };
  return {
    inner: `${column} ${way}, ${url} ${urlWay}`,
    outer: `e.${by} ${way}, e.url ${urlWay}`,
    condition: after && condition(),
  };
};

/** Who reads, and when in milliseconds since 1970. */
export interface ReadingNow {
  readonly reader: RowReader;
  readonly now: number;
}

export const EVERYTHING: ReadingNow = { reader: { principal: '', kind: '', bypass: true }, now: 0 };

/** How many there are that the reader may read. The caller has waited for the lanes. */
export const countEntities = async (
  db: Database,
  tenant: string,
  filters: EntityFilters,
  { reader, now } = EVERYTHING,
): Promise<number> => {
  const values = new Values(2);
  const source = entitySource(tenant, filters, values);
  if (source === undefined) return 0;
  const conditions = [
    ...source.conditions,
    values.condition(readableBy(reader, { entity: 'e', parameters: values.last, now })),
  ];
  const [row] = await queryProjection<{ readonly count: number }>(
    db,
    'entities',
    `SELECT count(*)::int AS count FROM ${source.from} WHERE ${conditions.join(' AND ')}`,
    values.all,
  );
  return row?.count ?? 0;
};

/** Those the reader may read. The caller has waited for the lanes. */
export const listEntities = async (
  db: Database,
  tenant: string,
  listing: EntityListing = {},
  { reader, now } = EVERYTHING,
): Promise<readonly EntityRow[]> => {
  const values = new Values(2);
  const source = entitySource(tenant, listing, values);
  if (source === undefined) return [];
  const { inner, outer, condition } = orderOf(listing, source, values);
  const limit = listing.limit === undefined ? '' : `LIMIT ${values.add(listing.limit)}`;
  const readable = values.condition(readableBy(reader, { entity: 'e', parameters: values.last, now }));
  const conditions = [...source.conditions, ...(condition === undefined ? [] : [condition]), readable];
  const rows = await queryProjection<FoundEntity>(
    db,
    'entities',
    `SELECT ${ENTITY_COLUMNS}
     FROM (SELECT e.* FROM ${source.from} WHERE ${conditions.join(' AND ')} ORDER BY ${inner} ${limit}) e ${TAGS}
     ORDER BY ${outer}`,
    values.all,
  );
  return rows.map(toEntityRow);
};
