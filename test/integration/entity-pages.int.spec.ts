/* Pages of entities. PAGES_ROWS=100000 asks more of the indexes (20000 unless given). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeText } from '@app/projections';
import { listEntities, openDatabase, type Database, type EntityListing, type EntityRow } from '@app/read-model';
import { startTestServers, type TestServers } from '@app/testing/servers.js';

const ROWS = Number(process.env['PAGES_ROWS'] ?? 20_000);
const LONG_MS = 120_000;
const TENANT = 't';

let servers: TestServers;
let db: Database;

/** Every third entity of a type has a rare tag of its own as well; ten share each creation time. */
const fill = async (tenant: string, from: number, to: number): Promise<void> => {
  await db.execute(
    `INSERT INTO entities (tenant, url, type, type_revision, type_seq, status, ancestors, created_by, created_at,
       updated_at, revision)
     SELECT $1, '/' || type || '/' || lpad(n::text, 7, '0'), type, 1, 1, CASE WHEN n % 50 = 0 THEN 'killed' ELSE 'idle' END,
       '[]', '/principal/user%3A' || n % 3, 1000 + n / 10, 5000 + (n * 7919) % 1000, n
     FROM (SELECT n, CASE WHEN n % 2 = 0 THEN 'chat' ELSE 'job' END AS type FROM generate_series($2::int, $3::int) n) x`,
    [tenant, from, to - 1],
  );
  await db.execute(
    `INSERT INTO entity_tags (tenant, url, key, value, created_at)
     SELECT tenant, url, tag.key, tag.value, created_at FROM entities CROSS JOIN LATERAL (VALUES
       ($2, CASE WHEN right(url, 1) IN ('0', '3') THEN $3 ELSE $4 END), ($5, $3)) tag (key, value)
     WHERE tenant = $1 AND revision >= $6 AND revision < $7 AND (tag.key = $2 OR url LIKE '%00')`,
    [tenant, encodeText('color'), encodeText('red'), encodeText('blue'), encodeText('rare'), from, to],
  );
};

beforeAll(async () => {
  servers = await startTestServers({ postgres: true });
  db = await openDatabase({ url: servers.databaseUrl });
  await db.execute(`INSERT INTO projections (name) VALUES ('entities') ON CONFLICT DO NOTHING`);
  await fill('small', 0, 200);
  await fill(TENANT, 0, ROWS);
  await db.execute('ANALYZE entities');
  await db.execute('ANALYZE entity_tags');
}, LONG_MS);

afterAll(async () => {
  await db.close();
  await servers.stop();
}, LONG_MS);

const placeOf = (row: EntityRow, { sort }: EntityListing): NonNullable<EntityListing['after']> => {
  if (sort?.by === 'url') return { url: row.url };
  return { url: row.url, value: sort?.by === 'updated_at' ? row.updatedAt : row.createdAt };
};

const walk = async (
  listing: EntityListing,
  between?: (page: number) => Promise<void>,
): Promise<readonly EntityRow[]> => {
  const rows: EntityRow[] = [];
  for (let page = 0, after: EntityListing['after'] | undefined; ; page += 1) {
    const found = await listEntities(db, 'small', { ...listing, limit: 17, ...(after && { after }) });
    rows.push(...found);
    const last = found.at(-1);
    if (found.length < 17 || !last) return rows;
    after = placeOf(last, listing);
    await between?.(page);
  }
};

const ORDERS = (['created_at', 'updated_at', 'url'] as const).flatMap((by) =>
  [true, false].map((descending) => ({ by, descending })),
);
const RED = ['color', 'red'] as const;

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

const touchedBy = ({ Plans = [], ...node }: Plan): number => {
  const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return (
    (Plans.length === 0 ? rows : (node['Rows Removed by Filter'] ?? 0)) +
    Plans.reduce((sum, plan) => sum + touchedBy(plan), 0)
  );
};

/** Rows that the scans of a page looked at. */
const rowsTouched = async (listing: EntityListing): Promise<number> => {
  let touched = 0;
  const explained = new Proxy(db, {
    get: (target, name) =>
      name === 'query'
        ? async (text: string, values: readonly unknown[]) => {
            const [row] = await target.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
              `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
              values,
            );
            touched = touchedBy(row?.['QUERY PLAN'][0]?.Plan as Plan);
            return [];
          }
        : (Reflect.get(target, name) as unknown),
  });
  await listEntities(explained, TENANT, listing);
  return touched;
};

describe('pages of entities', () => {
  it.each(ORDERS)('together are the whole list: %j', async (sort) => {
    for (const filters of [{}, { type: 'chat' }, { tags: [RED] }, { tags: [RED], type: 'job', status: 'idle' }]) {
      const whole = await listEntities(db, 'small', { ...filters, sort });
      expect(whole.length).toBeGreaterThan(10);
      expect(await walk({ ...filters, sort })).toEqual(whole);
      const values = whole.map((row) => placeOf(row, { sort }).value ?? 0);
      expect(values).toEqual([...values].sort((a, b) => (sort.descending ? b - a : a - b)));
    }
  });

  it('have what all filters ask for, several tags included', async () => {
    const rows = await listEntities(db, 'small', { tags: [RED, ['rare', 'red']], createdBy: '/principal/user%3A1' });
    expect(rows.map(({ url }) => url)).toEqual(['/chat/0000100']);
    expect(rows[0]?.tags).toEqual({ color: 'red', rare: 'red' });
    expect(await listEntities(db, 'small', { tags: [['color', 'green']] })).toEqual([]);
    expect(await listEntities(db, 'small', { tags: [['colo', 'rred']] })).toEqual([]);
    expect(await listEntities(db, 'small', { tags: [['a\0', '\uD800']] })).toEqual([]);
  });

  it('neither repeat nor lose anything while entities are added before and behind them', async () => {
    const before = (await listEntities(db, 'small')).map(({ url }) => url);
    let added = 200;
    const walked = await walk({}, async () => {
      await fill('small', added, added + 5);
      added += 5;
    });
    const urls = walked.map(({ url }) => url);
    expect(new Set(urls).size).toBe(urls.length);
    expect(urls.filter((url) => before.includes(url))).toEqual(before);
  });

  it.each<[string, EntityListing]>([
    ['newest', {}],
    ['newest of a type', { type: 'chat' }],
    ['by a common tag and a type', { tags: [RED], type: 'chat' }],
    ['by a rare tag and a type', { tags: [['rare', 'red']], type: 'chat' }],
    ['last changed', { sort: { by: 'updated_at', descending: true } }],
    ['by URL', { sort: { by: 'url', descending: false } }],
  ])('cost what is on them, not what there is: %s', async (_what, listing) => {
    const after = { url: '/chat/0005000', value: listing.sort?.by === 'updated_at' ? 5_500 : 1_000 + ROWS / 20 };
    for (const asked of [listing, { ...listing, after }])
      expect(await rowsTouched({ ...asked, limit: 100 })).toBeLessThan(2_000);
  });
});
