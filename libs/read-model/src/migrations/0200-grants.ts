import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may do what. `subject` is the canonical URL of a principal or a kind of principal, which no URL is equal to;
 * `expires_at` is milliseconds since 1970. The row of a grant that has expired stays, so whoever reads compares.
 */
export class Grants implements MigrationInterface {
  readonly name = 'Grants0000000000200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE entity_grants (
        tenant           text COLLATE "C" NOT NULL,
        url              text COLLATE "C" NOT NULL,
        id               bigint NOT NULL,
        permission       text COLLATE "C" NOT NULL,
        subject          text COLLATE "C" NOT NULL,
        descendants      int NOT NULL,
        copy_to_children int NOT NULL,
        expires_at       bigint,
        created_by       text COLLATE "C" NOT NULL,
        created_at       bigint NOT NULL,
        PRIMARY KEY (tenant, url, id)
      )`);
    await runner.query('CREATE INDEX entity_grants_subject ON entity_grants (tenant, subject, url)');
    await runner.query(`
      CREATE TABLE entity_type_grants (
        tenant     text COLLATE "C" NOT NULL,
        name       text COLLATE "C" NOT NULL,
        id         bigint NOT NULL,
        permission text COLLATE "C" NOT NULL,
        subject    text COLLATE "C" NOT NULL,
        expires_at bigint,
        created_by text COLLATE "C" NOT NULL,
        created_at bigint NOT NULL,
        PRIMARY KEY (tenant, name, id)
      )`);
    await runner.query('CREATE INDEX entity_type_grants_subject ON entity_type_grants (tenant, subject, name)');
    // The JSON text of addresses, whose characters need no escapes: parent first.
    await runner.query(`
      ALTER TABLE entities ADD COLUMN ancestor_urls text[] COLLATE "C"
        GENERATED ALWAYS AS (string_to_array(btrim(ancestors, '[]"'), '","')) STORED`);
    await runner.query(`
      CREATE VIEW entity_effective_permissions AS
        SELECT tenant, hashtextextended(entity_url || ' ' || source_entity_url || ' ' || source_grant_id, 0)
            & 9223372036854775807 AS id,
          entity_url, source_entity_url, source_grant_id, permission, subject_kind, subject_value, expires_at, created_at
        FROM (
          SELECT g.tenant, g.url AS entity_url, g.url AS source_entity_url, g.id AS source_grant_id, g.permission,
            CASE WHEN g.subject LIKE '/%' THEN 'principal' ELSE 'principal_kind' END AS subject_kind,
            g.subject AS subject_value, g.expires_at, g.created_at
          FROM entity_grants g
          UNION ALL
          SELECT g.tenant, e.url, g.url, g.id, g.permission,
            CASE WHEN g.subject LIKE '/%' THEN 'principal' ELSE 'principal_kind' END, g.subject, g.expires_at, g.created_at
          FROM entity_grants g JOIN entities e ON e.tenant = g.tenant AND g.url = ANY (e.ancestor_urls)
          WHERE g.descendants = 1
        ) effective
        WHERE expires_at IS NULL OR expires_at > extract(epoch FROM clock_timestamp()) * 1000`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW entity_effective_permissions');
    await runner.query('ALTER TABLE entities DROP COLUMN ancestor_urls');
    await runner.query('DROP TABLE entity_type_grants, entity_grants');
  }
}
