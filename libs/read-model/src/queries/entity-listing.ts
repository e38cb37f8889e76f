import { AS_IT_IS, entitySource, UNKNOWN, Values, type EntityFilters, type EntitySource } from './entity-conditions.js';
import { readableIf, type RowReader } from './readable.js';
import { readableUrls } from './readable-urls.js';

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

/** Who reads, and when in milliseconds since 1970. */
export interface ReadingNow {
  readonly reader: RowReader;
  readonly now: number;
  /**
   * Where to look for what the reader may read; both find the same. Default: among all, which is fast when he may read most
   * of it; among his own and what is granted to him, when that is little.
   */
  readonly among?: 'all' | 'granted';
}

export const EVERYTHING: ReadingNow = { reader: { principal: '', kind: '', bypass: true }, now: 0 };

const NEWEST_FIRST = { by: 'created_at', descending: true } as const;

export interface Order {
  readonly by: EntitySort;
  /** The column of a place in this order; by URL it is none, and any will do. */
  readonly value: 'created_at' | 'updated_at';
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
      by,
      value: 'created_at',
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
    by,
    value: by,
    inner: `${column} ${way}, ${url} ${urlWay}`,
    outer: `e.${by} ${way}, e.url ${urlWay}`,
    condition: after && condition(),
  };
};

/** The rows of a filter that the reader may read: what is selected from, and what must hold. */
export interface ReadableSource extends EntitySource {
  readonly where: string;
}

/** Undefined: there can be none. */
export const readableSource = (
  tenant: string,
  filters: EntityFilters,
  { reader, now, among = 'all' }: ReadingNow,
  values: Values,
): ReadableSource | undefined => {
  const granted = among === 'granted' && !reader.bypass;
  const source = entitySource(tenant, filters, values, granted ? 'entities' : 'index');
  if (source === undefined) return undefined;
  if (granted) {
    const urls = readableUrls(tenant, reader, now, values);
    // Each is looked up and filtered by itself, however many the planner takes them to be.
    const each = `SELECT e.* FROM ${source.from} WHERE ${source.conditions.join(' AND ')} AND e.url = r.url OFFSET 0`;
    const from = `(SELECT DISTINCT url FROM (${urls}) readable) r CROSS JOIN LATERAL (${each}) e`;
    return { ...source, from, where: 'true' };
  }
  if (reader.bypass) return { ...source, where: source.conditions.join(' AND ') };
  const { principal, kind } = reader;
  const reading = {
    tenant: values.add(tenant),
    url: values.add(principal),
    subjects: values.add([principal, kind]),
    instant: values.add(now),
  };
  return { ...source, where: [...source.conditions, readableIf('e', reading)].join(' AND ') };
};

/**
 * Whether one index has the rows in order and is best, whatever the values are. Otherwise it depends on them: of a rare tag
 * all rows are sorted, of a common one they are read in order; and what is granted to somebody is much or little.
 */
const isSimple = ({ status, parent, createdBy, tags = [] }: EntityFilters, among: ReadingNow['among']): boolean =>
  among !== 'granted' && status === undefined && parent === undefined && createdBy === undefined && tags.length === 0;

// What clients mostly ask for. Of a limit that is said as a number PostgreSQL knows that the page is short.
const COMMON_LIMITS = new Set([21, 51, 100, 101, 1_001]);

const limited = (limit: number | undefined, values: Values): string => {
  if (limit === undefined) return '';
  return `LIMIT ${COMMON_LIMITS.has(limit) ? String(limit) : values.add(limit)}`;
};

/** Rows of `entities` as a subselect, and their order around it. */
export interface ListedRows {
  readonly rows: string;
  readonly order: Order;
  readonly values: Values;
}

/** `first`: number of the first parameter. Undefined: there can be none. */
export const listedRows = (
  tenant: string,
  listing: EntityListing,
  reading: ReadingNow,
  first: number,
): ListedRows | undefined => {
  const values = new Values(first, isSimple(listing, reading.among) ? UNKNOWN : AS_IT_IS);
  const source = readableSource(tenant, listing, reading, values);
  if (source === undefined) return undefined;
  const order = orderOf(listing, source, values);
  const where = order.condition === undefined ? source.where : `${source.where} AND ${order.condition}`;
  const limit = limited(listing.limit, values);
  return { rows: `SELECT e.* FROM ${source.from} WHERE ${where} ORDER BY ${order.inner} ${limit}`, order, values };
};
