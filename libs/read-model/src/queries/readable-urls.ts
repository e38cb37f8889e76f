import { LRUCache } from 'lru-cache';
import type { Database } from '../sql/database.js';
import { Values } from './entity-conditions.js';
import { grantsOf, reachingGrantsOf, type RowReader } from './readable.js';

// So many are sorted and filtered in a few milliseconds. Whoever may read more finds a page of them soon among all.
const FEW = 2_000;

// Only how a page is looked for depends on it, never what is on it.
const KEPT_READERS = 10_000;
const KEPT_MS = 15_000;

/**
 * URLs of the entities that a principal may read, with repetitions: the same as `readableIf`, beginning at what is granted.
 * `now`: milliseconds since 1970. Children are found by their index, however many the planner takes them to be.
 */
export const readableUrls = (tenant: string, { principal, kind }: RowReader, now: number, values: Values): string => {
  const own = values.add(tenant);
  const [url, subjects, instant] = [values.add(principal), values.add([principal, kind]), values.add(now)];
  const reading = { tenant: own, subjects, instant };
  const childOf = (parent: string): string =>
    `CROSS JOIN LATERAL (SELECT c.url FROM entities c WHERE c.tenant = ${own} AND c.parent = ${parent} OFFSET 0) c`;
  return `SELECT o.url FROM entities o WHERE o.tenant = ${own} AND o.created_by = ${url}
      UNION ALL SELECT g.url FROM entity_grants g WHERE ${grantsOf(reading)}
      UNION ALL (
        WITH RECURSIVE below AS (
          SELECT c.url FROM entity_grants g ${childOf('g.url')} WHERE ${reachingGrantsOf(reading)}
          UNION
          SELECT c.url FROM below ${childOf('below.url')}
        ) SELECT url FROM below)`;
};

/** Whether a reader may read little: then that is where a page of it is looked for. */
export class Reaches {
  private readonly known = new LRUCache<string, 'all' | 'granted'>({ max: KEPT_READERS, ttl: KEPT_MS });

  constructor(private readonly db: Database) {}

  async of(tenant: string, reader: RowReader, now: number): Promise<'all' | 'granted'> {
    if (reader.bypass) return 'all';
    const key = `${tenant} ${reader.principal}`;
    const before = this.known.get(key);
    if (before) return before;
    const values = new Values(1);
    const urls = readableUrls(tenant, reader, now, values);
    const [row] = await this.db.query<{ readonly count: number }>(
      `SELECT count(*)::int AS count FROM (SELECT 1 FROM (${urls}) readable LIMIT ${String(FEW + 1)}) counted`,
      values.all,
    );
    const among = (row?.count ?? 0) > FEW ? 'all' : 'granted';
    this.known.set(key, among);
    return among;
  }
}
