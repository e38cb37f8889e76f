import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What entities have in their manifests, and the streams that hold the bytes of attachments. */
export class Manifests implements MigrationInterface {
  readonly name = 'Manifests0000000000220';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE manifests (
        tenant text COLLATE "C" NOT NULL,
        url    text COLLATE "C" NOT NULL,
        key    text COLLATE "C" NOT NULL,
        kind   text COLLATE "C",
        source text COLLATE "C",
        value  text NOT NULL,
        seq    bigint NOT NULL,
        PRIMARY KEY (tenant, url, key)
      )`);
    await runner.query('CREATE INDEX manifests_source ON manifests (tenant, source) WHERE source IS NOT NULL');
    await runner.query(`
      CREATE TABLE attachments (
        tenant text COLLATE "C" NOT NULL,
        path   text COLLATE "C" NOT NULL,
        url    text COLLATE "C" NOT NULL,
        key    text COLLATE "C" NOT NULL,
        at     bigint NOT NULL,
        PRIMARY KEY (tenant, path)
      )`);
    await runner.query('CREATE INDEX attachments_order ON attachments (at, tenant, path)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE attachments, manifests');
  }
}
