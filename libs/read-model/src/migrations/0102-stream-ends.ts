import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Plain streams that end by themselves. Every use that is written down moves the end. */
export class StreamEnds implements MigrationInterface {
  readonly name = 'StreamEnds0000000000102';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stream_ends (
        tenant text COLLATE "C" NOT NULL,
        path   text COLLATE "C" NOT NULL,
        gone   int NOT NULL,
        at     bigint NOT NULL,
        PRIMARY KEY (tenant, path)
      ) WITH (fillfactor = 70)`);
    await runner.query('CREATE INDEX stream_ends_order ON stream_ends (gone, at, tenant, path)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stream_ends');
  }
}
