import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lives that are over and still take room. Almost always almost empty. */
export class StreamPurges implements MigrationInterface {
  readonly name = 'StreamPurges0000000000101';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stream_purges (
        tenant text COLLATE "C" NOT NULL,
        path   text COLLATE "C" NOT NULL,
        below  bigint NOT NULL,
        ready  int NOT NULL,
        PRIMARY KEY (tenant, path)
      ) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0)`);
    await runner.query('CREATE INDEX stream_purges_order ON stream_purges (below, tenant, path)');
    // For a database that has a history already.
    await runner.query('SET LOCAL statement_timeout = 0');
    await runner.query(`
      INSERT INTO stream_purges
      SELECT tenant, path, max(seq), 0 FROM history
      WHERE kind = 'tombstone' OR (incarnation = seq AND prev > 0) GROUP BY tenant, path`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stream_purges');
  }
}
