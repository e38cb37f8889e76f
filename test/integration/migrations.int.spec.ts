/* Databases of earlier versions: what a migration writes into old rows is what the projector would write there now. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createDataSource, Database, migrate, openDatabase, projectionGroups } from '@app/read-model';
import { migrations } from '@app/read-model/migrations/index.js';
import { applyProjections } from '@app/read-model/runner/apply-projections.js';
import { Quarantine } from '@app/read-model/runner/quarantine.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { pastOfEntities, pastOfTypes } from './support/past.js';

type Migration = new () => MigrationInterface;
type Row = Readonly<Record<string, unknown>>;

const MINUTE_MS = 60_000;
const opened: DataSource[] = [];
let servers: TestServers;
/** Filled by the projector of today. */
let today: Database;

const connect = async (url: string, some: readonly Migration[]): Promise<DataSource> => {
  const source = new DataSource({ ...createDataSource({ url }).options, migrations: [...some] });
  opened.push(source);
  return source.initialize();
};

/** A new database as the version before a migration made it. */
const databaseBefore = async (name: string): Promise<{ readonly url: string; readonly database: Database }> => {
  const url = await servers.freshDatabase();
  const at = migrations.findIndex((migration) => migration.name === name);
  expect(at).toBeGreaterThan(0);
  const source = await connect(url, migrations.slice(0, at));
  await migrate(source);
  return { url, database: new Database(source) };
};

const upToDate = async (url: string): Promise<Database> => {
  const database = await openDatabase({ url });
  opened.push(database.dataSource);
  return database;
};

const rowsOf = (database: Database, table: string): Promise<readonly Row[]> =>
  database.query<Row>(`SELECT * FROM ${table} t ORDER BY t::text COLLATE "C"`);

/** As far as an old version has the table, its columns are what they are today. */
const copyTables = async (tables: readonly string[], old: Database): Promise<void> => {
  for (const table of tables) {
    const found = await old.query<{ name: string }>(
      `SELECT quote_ident(column_name) AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'`,
      [table],
    );
    const columns = found.map(({ name }) => name).join();
    const [all] = await today.query<{ rows: string }>(
      `SELECT coalesce(json_agg(t), '[]')::text AS rows FROM (SELECT ${columns} FROM ${table}) t`,
    );
    await old.execute(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json)`,
      [all?.rows],
    );
  }
};

/** The rows of today as the version before a migration would have had them, brought up to date. */
const grownFrom = async (name: string, tables: readonly string[]): Promise<Database> => {
  const { url, database } = await databaseBefore(name);
  await copyTables(tables, database);
  await database.close();
  return upToDate(url);
};

beforeAll(async () => {
  servers = await startTestServers({ postgres: true });
  today = await openDatabase({ url: await servers.freshDatabase() });
  const pasts = { eventLog: pastOfEntities, registryLog: pastOfTypes };
  for (const { log, projections } of projectionGroups)
    await today.transaction(async (tx) => {
      const applying = { quarantine: new Quarantine(), audience: 'nobody' as const };
      expect(await applyProjections(tx, projections, pasts[log], applying)).toEqual([]);
    });
}, MINUTE_MS);
afterEach(async () => {
  for (const source of opened.splice(0)) if (source.isInitialized) await source.destroy();
});
afterAll(async () => {
  await today.close();
  await servers.stop();
});

describe('what a migration writes into old rows is what the projector writes', () => {
  it('for lives that are over', async () => {
    const grown = await grownFrom('StreamPurges', ['history']);
    const purges = await rowsOf(today, 'stream_purges');
    expect(purges).toHaveLength(2);
    expect(await rowsOf(grown, 'stream_purges')).toEqual(purges);
  });

  it('for the schemas of the revisions that are known, which are the newest', async () => {
    const grown = await grownFrom('Shapes', ['entity_types']);
    const newest = await today.query<Row>(
      `SELECT r.* FROM entity_type_revisions r JOIN entity_types t USING (tenant, name, seq)
       WHERE r.revision = (t.document::json->>'revision')::bigint AND t.name <> 'odd' ORDER BY name`,
    );
    expect(newest).toMatchObject([
      { name: 'chat', revision: 2 },
      { name: 'job', inbox_schemas: null },
    ]);
    expect(await rowsOf(grown, 'entity_type_revisions')).toEqual(newest);
  });

  it('for where the changes of shapes begin', async () => {
    const { url, database } = await databaseBefore('Shapes');
    await database.execute(`INSERT INTO lane_groups VALUES ('projector', 2, 'h')`);
    await database.execute(
      `INSERT INTO lanes (worker_group, lane, position) VALUES ('projector', 0, 7), ('projector', 1, 9)`,
    );
    await database.close();
    const horizons = await (
      await upToDate(url)
    ).query<Row>(`SELECT DISTINCT worker_group, horizon FROM shape_logs ORDER BY 1`);
    expect(horizons).toEqual([
      { worker_group: 'projector', horizon: 9 },
      { worker_group: 'registry', horizon: 0 },
    ]);
  });

  it.each(['EntityPages', 'Readers', 'TagsOfRows'])(
    'for entities, tags and grants of the time before %s',
    async (name) => {
      const tables = ['entities', 'entity_tags', 'entity_grants'];
      const grown = await grownFrom(name, tables);
      for (const table of tables) {
        const expected = await rowsOf(today, table);
        expect(expected.length).toBeGreaterThan(1);
        // The rows of grants that have ended stay; only a message says that no grant is left that ends.
        const perhaps = name !== 'TagsOfRows' && table === 'entities';
        const known = perhaps
          ? expected.map((row) => (row['url'] === '/chat/ended' ? { ...row, readers: null } : row))
          : expected;
        expect(await rowsOf(grown, table)).toEqual(known);
      }
    },
  );
});

describe('migrations', () => {
  it('take as long as they need', async () => {
    let timeout: unknown;
    class Long0000000009999 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        [timeout] = (await runner.query('SHOW statement_timeout')) as unknown[];
      }
      async down(): Promise<void> {
        await Promise.resolve();
      }
    }
    const source = await connect(await servers.freshDatabase(), [...migrations, Long0000000009999]);
    await migrate(source);
    expect(timeout).toEqual({ statement_timeout: '0' });
    const database = new Database(source);
    const every = Array.from({ length: 8 }, () => database.query('SHOW statement_timeout'));
    expect(new Set((await Promise.all(every)).flat().map((row) => JSON.stringify(row)))).toEqual(
      new Set([JSON.stringify({ statement_timeout: '1min' })]),
    );
  });

  it('can be taken back, and be run again', async () => {
    const url = await servers.freshDatabase();
    const source = await connect(url, migrations);
    const schema = (): Promise<unknown> =>
      source.query(`SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'reveille_migrations' ORDER BY 1, 2`);
    await migrate(source);
    const whole = await schema();
    for (const _ of migrations) await source.undoLastMigration({ transaction: 'each' });
    expect(await schema()).toEqual([]);
    await migrate(source);
    expect(await schema()).toEqual(whole);
  });
});
