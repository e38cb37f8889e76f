import type { MigrationInterface, QueryRunner } from 'typeorm';

/** State of the wake saga. Keyed by lane as well: a worker loads what concerns its lanes and nothing else. */
export class Saga implements MigrationInterface {
  readonly name = 'Saga0000000000100';

  async up(runner: QueryRunner): Promise<void> {
    // `data` is JSON text: free text of clients may hold what PostgreSQL text and jsonb cannot.
    await runner.query(`
      CREATE TABLE saga_registrations (
        tenant         text COLLATE "C" NOT NULL,
        source         text COLLATE "C" NOT NULL,
        activating_seq bigint NOT NULL,
        key            text COLLATE "C" NOT NULL,
        lane           int NOT NULL,
        data           text NOT NULL,
        PRIMARY KEY (tenant, source, activating_seq, key)
      )`);
    await runner.query('CREATE INDEX saga_registrations_lane ON saga_registrations (lane)');
    await runner.query(`
      CREATE TABLE saga_outbox (
        id             text COLLATE "C" PRIMARY KEY,
        lane           int NOT NULL,
        tenant         text COLLATE "C" NOT NULL,
        subscriber     text COLLATE "C" NOT NULL,
        source         text COLLATE "C" NOT NULL,
        key            text COLLATE "C" NOT NULL,
        activating_seq bigint NOT NULL,
        cause_seq      bigint NOT NULL,
        ordinal        int NOT NULL,
        content        text NOT NULL,
        created_at     timestamptz NOT NULL DEFAULT now()
      )`);
    // Almost always empty, and scanned whole when lanes change hands: no index on the lane.
    await runner.query(
      `ALTER TABLE saga_outbox SET (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0)`,
    );
    await runner.query(`
      CREATE TABLE saga_ignored (
        tenant         text COLLATE "C" NOT NULL,
        source         text COLLATE "C" NOT NULL,
        key            text COLLATE "C" NOT NULL,
        activating_seq bigint NOT NULL,
        reason         text NOT NULL,
        count          bigint NOT NULL,
        last_seq       bigint NOT NULL,
        PRIMARY KEY (tenant, source, key, activating_seq, reason)
      )`);
    await runner.query('CREATE INDEX saga_ignored_age ON saga_ignored (last_seq)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE saga_ignored, saga_outbox, saga_registrations');
  }
}
