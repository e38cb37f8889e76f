import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may read an entity by grants of its own, in the row itself; and the few grants that reach descendants. */
export class Readers implements MigrationInterface {
  readonly name = 'Readers0000000000240';

  async up(runner: QueryRunner): Promise<void> {
    // Null where only the grants tell: one of them ends.
    await runner.query('ALTER TABLE entities ADD COLUMN readers text[] COLLATE "C"');
    await runner.query(`UPDATE entities e SET readers = ARRAY(
        SELECT DISTINCT g.subject FROM entity_grants g
        WHERE g.tenant = e.tenant AND g.url = e.url AND g.permission IN ('read', 'manage') ORDER BY g.subject)
      WHERE NOT EXISTS (SELECT 1 FROM entity_grants g WHERE g.tenant = e.tenant AND g.url = e.url
        AND g.permission IN ('read', 'manage') AND g.expires_at IS NOT NULL)`);
    await runner.query(`CREATE INDEX entity_grants_reaching ON entity_grants (tenant, subject, url)
      WHERE descendants = 1 AND permission IN ('read', 'manage')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX entity_grants_reaching');
    await runner.query('ALTER TABLE entities DROP COLUMN readers');
  }
}
