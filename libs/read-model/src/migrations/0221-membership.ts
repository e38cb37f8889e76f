import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Membership streams that are kept up to date, and who is in them. */
export class Membership implements MigrationInterface {
  readonly name = 'Membership0000000000221';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE membership_sources (
        tenant      text COLLATE "C" NOT NULL,
        ref         text COLLATE "C" NOT NULL,
        tags        text NOT NULL,
        principal   text COLLATE "C" NOT NULL,
        kind        text COLLATE "C" NOT NULL,
        observed_at bigint NOT NULL,
        PRIMARY KEY (tenant, ref)
      )`);
    await runner.query(`
      CREATE TABLE members (
        tenant text COLLATE "C" NOT NULL,
        ref    text COLLATE "C" NOT NULL,
        url    text COLLATE "C" NOT NULL,
        value  text NOT NULL,
        PRIMARY KEY (tenant, ref, url)
      )`);
    await runner.query('CREATE INDEX members_url ON members (tenant, url)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE members, membership_sources');
  }
}
