/* Pages of entities. PAGES_ROWS=100000 asks more of the indexes (20000 unless given). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeText } from '@app/projections';
import {
  entityPage,
  listEntities,
  openDatabase,
  Reaches,
  type Database,
  type EntityListing,
  type EntityRow,
  type ReadingNow,
} from '@app/read-model';
import { startTestServers, type TestServers } from '@app/testing/servers.js';

const ROWS = Number(process.env['PAGES_ROWS'] ?? 20_000);
const LONG_MS = 120_000;
const TENANT = 't';
const GROUP = 'fills-pages';

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

/** All that a row can have. */
const AWKWARD = {
  parent: '/chat/0000100',
  spawn_args: { 'a"b': ['\0', '\ud800', 1.5e300], nothing: null },
  dispatch_policy: { targets: [] },
  sandbox: { profile: 'p' },
  tags: { 'q"\\': '\n\0', color: '\ud83d' },
};

const fillAwkward = async (tenant: string, url: string): Promise<void> => {
  const { parent, spawn_args, dispatch_policy, sandbox, tags } = AWKWARD;
  const json = [spawn_args, dispatch_policy, sandbox].map((value) => JSON.stringify(value));
  await db.execute(
    'UPDATE entities SET parent = $3, spawn_args = $4, dispatch_policy = $5, sandbox = $6 WHERE tenant = $1 AND url = $2',
    [tenant, url, parent, ...json],
  );
  await db.execute('DELETE FROM entity_tags WHERE tenant = $1 AND url = $2', [tenant, url]);
  for (const [key, value] of Object.entries(tags))
    await db.execute('INSERT INTO entity_tags (tenant, url, key, value) VALUES ($1, $2, $3, $4)', [
      tenant,
      url,
      encodeText(key),
      encodeText(value),
    ]);
};

/** Somebody who may read one of a thousand. */
const FEW: ReadingNow = { reader: { principal: '/principal/user%3Afew', kind: 'user', bypass: false }, now: 5 };

const grantFew = (): Promise<number> =>
  db.execute(
    `INSERT INTO entity_grants (tenant, url, id, permission, subject, descendants, copy_to_children, created_by, created_at)
     SELECT tenant, url, 1, 'read', $2, 0, 0, $2, 1 FROM entities WHERE tenant = $1 AND revision % 1000 = 0`,
    [TENANT, FEW.reader.principal],
  );

beforeAll(async () => {
  servers = await startTestServers({ postgres: true });
  db = await openDatabase({ url: servers.databaseUrl });
  await db.execute(`INSERT INTO projections (name) VALUES ('entities') ON CONFLICT DO NOTHING`);
  await fill('small', 0, 200);
  await db.execute(`INSERT INTO lane_groups (worker_group, lanes, hash) VALUES ($1, 2, 'any')`, [GROUP]);
  await db.execute('INSERT INTO lanes (worker_group, lane, position) VALUES ($1, 0, 41), ($1, 1, 40)', [GROUP]);
  await fillAwkward('small', '/job/0000101');
  await fill(TENANT, 0, ROWS);
  await grantFew();
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
const rowsTouched = async (listing: EntityListing, reading?: ReadingNow): Promise<number> => {
  let touched = 0;
  const explained = new Proxy(db, {
    get: (target, name) =>
      name === 'query' || name === 'queryOnce'
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
  await listEntities(explained, TENANT, listing, reading);
  return touched;
};

const shown = (row: EntityRow): object => ({
  url: row.url,
  type: row.type,
  status: row.status,
  streams: { main: `${row.url}/main` },
  tags: row.tags,
  spawn_args: row.spawnArgs,
  created_by: row.createdBy,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
  ...(row.dispatchPolicy !== undefined && { dispatch_policy: row.dispatchPolicy }),
  ...(row.sandbox !== undefined && { sandbox: row.sandbox }),
  ...(row.parent !== undefined && { parent: row.parent }),
});

const textOf = (json: readonly string[]): unknown => JSON.parse(`[${json.join(',')}]`);

describe('a page as text', () => {
  it.each(ORDERS)('holds what its rows hold, and says where the next one is: %j', async (sort) => {
    for (const filters of [{}, { tags: [RED] }, { type: 'job', status: 'idle' }]) {
      const whole = await listEntities(db, 'small', { ...filters, sort });
      for (let from = 0, after: EntityListing['after']; from < whole.length; from += 17) {
        const page = await entityPage(db, GROUP, 'small', { ...filters, sort, limit: 17, ...(after && { after }) });
        const rows = whole.slice(from, from + 17);
        expect(textOf(page.found.json)).toEqual(rows.map(shown));
        const last = rows.at(-1);
        expect(page.found.next).toEqual(from + 17 < whole.length && last ? placeOf(last, { sort }) : undefined);
        after = page.found.next;
      }
    }
  });

  it('keeps what clients wrote, whatever it is', async () => {
    const { found } = await entityPage(db, GROUP, 'small', { parent: AWKWARD.parent, limit: 5 });
    expect(textOf(found.json)).toEqual([expect.objectContaining(AWKWARD)]);
  });

  it('tells where the slowest lane was, also when there is nothing on it', async () => {
    for (const listing of [{}, { type: 'none' }, { status: 'no\0where' }])
      expect((await entityPage(db, GROUP, 'small', { ...listing, limit: 1 })).position).toBe(40);
    expect(await entityPage(db, GROUP, 'small', { type: 'none', limit: 1 })).toMatchObject({
      found: { json: [], next: undefined },
    });
  });

  it('may be everything there is', async () => {
    const { found } = await entityPage(db, GROUP, TENANT, {});
    expect(found.next).toBeUndefined();
    expect(found.json.length).toBeGreaterThanOrEqual(ROWS / 1_000);
    expect(textOf(found.json)).toHaveLength(ROWS);
  });

  it.each([999, 1_000])('of %i ends where the next one begins', async (limit) => {
    const { found } = await entityPage(db, GROUP, TENANT, { limit });
    const rows = await listEntities(db, TENANT, { limit });
    expect(textOf(found.json)).toEqual(rows.map(shown));
    expect(found.next).toEqual(placeOf(rows.at(-1) as EntityRow, {}));
  });
});

describe('somebody who may read little of it', () => {
  it('is known, and so is who may read much', async () => {
    const reaches = new Reaches(db);
    expect(await reaches.of(TENANT, FEW.reader, FEW.now)).toBe('granted');
    const creator = { principal: '/principal/user%3A1', kind: 'user', bypass: false };
    expect(await reaches.of(TENANT, creator, FEW.now)).toBe('all');
    expect(await reaches.of(TENANT, { ...creator, bypass: true }, FEW.now)).toBe('all');
  });

  it.each<[string, EntityListing]>([
    ['newest', {}],
    ['newest of a type', { type: 'chat' }],
    ['by a common tag and a type', { tags: [RED], type: 'chat' }],
    ['last changed', { sort: { by: 'updated_at', descending: true } }],
  ])('gets a page for what he may read, not for what there is: %s', async (_what, listing) => {
    expect(await rowsTouched({ ...listing, limit: 100 }, { ...FEW, among: 'granted' })).toBeLessThan(ROWS / 50);
    expect(await listEntities(db, TENANT, listing, { ...FEW, among: 'granted' })).toEqual(
      await listEntities(db, TENANT, listing, { ...FEW, among: 'all' }),
    );
  });
});

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
