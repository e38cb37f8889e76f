import type { Database } from '../sql/database.js';
import type { AsOf } from '../lanes/lane-waiter.js';
import { Values } from './entity-conditions.js';
import {
  EVERYTHING,
  listedRows,
  type EntityListing,
  type EntityPlace,
  type EntitySort,
  type ListedRows,
} from './entity-listing.js';
import { tagsOf } from './entity-row.js';
import { queryAsOf } from './projection-state.js';

/** Entities as they are sent. */
export interface EntityPage {
  /** Their JSON texts, joined by commas, in one piece or more. */
  readonly json: readonly string[];
  /** The last of them, when there are more than asked for. */
  readonly next: EntityPlace | undefined;
}

interface Block {
  /** Null when only what follows the page is in it. */
  readonly json: string | null;
  readonly more: boolean;
  readonly last_url: string | null;
  readonly last_value: number;
}

// A value of PostgreSQL has at most 1 GB.
const BLOCK = 1_000;

// URLs, types and statuses have no characters that JSON escapes, and what clients wrote is stored as JSON text. A member
// whose column is null is left out.
const MEMBERS = [
  `'"url":"' || e.url || '"'`,
  `'"type":"' || e.type || '"'`,
  `'"status":"' || e.status || '"'`,
  `'"streams":{"main":"' || e.url || '/main"}'`,
  `'"dispatch_policy":' || e.dispatch_policy`,
  `'"tags":' || ${tagsOf('e')}`,
  `'"spawn_args":' || coalesce(e.spawn_args, '{}')`,
  `'"sandbox":' || e.sandbox`,
  `'"parent":"' || e.parent || '"'`,
  `'"created_by":"' || e.created_by || '"'`,
  `'"created_at":' || e.created_at`,
  `'"updated_at":' || e.updated_at`,
];

/** Of `entities` as e, as the API shows them. */
const ENTITY_JSON = `'{' || concat_ws(',', ${MEMBERS.join(', ')}) || '}'`;

/** Of a filter that no row can match: where the lanes are is told all the same. */
const noRows = (values: Values): ListedRows => ({
  rows: 'SELECT e.* FROM entities e WHERE false',
  order: { by: 'url', value: 'created_at', inner: 'e.url', outer: 'e.url', condition: undefined },
  values,
});

const pageOf = (blocks: readonly Block[], by: EntitySort): EntityPage => {
  const last = blocks.some(({ more }) => more) ? blocks.find(({ last_url }) => last_url !== null) : undefined;
  const { last_url: url, last_value: value } = last ?? { last_url: null, last_value: 0 };
  return {
    json: blocks.flatMap(({ json }) => json ?? []),
    next: url === null ? undefined : by === 'url' ? { url } : { url, value },
  };
};

/**
 * A page of what the reader may read, made into text where it is stored: for one of a hundred entities that takes a third of
 * what taking their rows apart would, and putting them together again. `group`: of the lanes whose position is told.
 */
export const entityPage = async (
  db: Database,
  group: string,
  tenant: string,
  { limit, ...listing }: EntityListing,
  reading = EVERYTHING,
): Promise<AsOf<EntityPage>> => {
  // One more than asked for tells whether there are more.
  const asked = limit === undefined ? listing : { ...listing, limit: limit + 1 };
  const { rows, order, values } = listedRows(tenant, asked, reading, 3) ?? noRows(new Values(3));
  const last = limit === undefined ? 'NULL' : `${values.add(limit)}::int`;
  const { position, found } = await queryAsOf<Block>(
    db,
    { projection: 'entities', group },
    `SELECT string_agg(json, ',' ORDER BY n) FILTER (WHERE (n > ${last}) IS NOT TRUE) AS json,
       coalesce(bool_or(n > ${last}), false) AS more,
       max(url) FILTER (WHERE n = ${last}) AS last_url, max(value) FILTER (WHERE n = ${last}) AS last_value
     FROM (
       SELECT row_number() OVER (ORDER BY ${order.outer}) AS n, e.url, e.${order.value} AS value, ${ENTITY_JSON} AS json
       FROM (${rows}) e
     ) numbered
     GROUP BY (n - 1) / ${String(BLOCK)} ORDER BY (n - 1) / ${String(BLOCK)}`,
    values.all,
  );
  return { position, found: pageOf(found, order.by) };
};
