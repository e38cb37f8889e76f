import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Operations that have not ended, and until when somebody executes them. */
export class Operations implements MigrationInterface {
  readonly name = 'Operations0000000000231';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE operations (
        tenant text COLLATE "C" NOT NULL,
        id     text COLLATE "C" NOT NULL,
        until  bigint NOT NULL,
        PRIMARY KEY (tenant, id)
      ) WITH (fillfactor = 70)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE operations');
  }
}
