import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When grants of a subject end: asked for each time that somebody with grants follows something. */
export class EndingGrants implements MigrationInterface {
  readonly name = 'EndingGrants0000000000241';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['entity_grants', 'entity_type_grants'])
      await runner.query(
        `CREATE INDEX ${table}_ending ON ${table} (tenant, subject, expires_at) WHERE expires_at IS NOT NULL`,
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX entity_grants_ending, entity_type_grants_ending');
  }
}
