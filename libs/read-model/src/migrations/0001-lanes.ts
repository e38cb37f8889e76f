import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Lanes implements MigrationInterface {
  readonly name = 'Lanes0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lane_groups (
        worker_group text PRIMARY KEY,
        lanes        int NOT NULL CHECK (lanes > 0),
        -- Positions are only meaningful for the function that spread the paths.
        hash         text NOT NULL
      )`);
    // Every commit rewrites its rows: room on the page keeps the updates HOT.
    await runner.query(`
      CREATE TABLE lanes (
        worker_group text NOT NULL REFERENCES lane_groups,
        lane         int NOT NULL,
        owner        text,
        epoch        bigint NOT NULL DEFAULT 0,
        position     bigint NOT NULL DEFAULT 0,
        message_time bigint,
        first_unit   text,
        PRIMARY KEY (worker_group, lane)
      ) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0)`);
    // One lease per worker, not per lane: a sign of life then never waits for a commit that moves positions.
    await runner.query(`
      CREATE TABLE lane_workers (
        worker_group text NOT NULL,
        worker       text NOT NULL,
        lease_until  timestamptz NOT NULL,
        PRIMARY KEY (worker_group, worker)
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lane_workers, lanes, lane_groups');
  }
}
