import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Indexes for pages of entities: by tag, newest first, and by the time of the last change. */
export class EntityPages implements MigrationInterface {
  readonly name = 'EntityPages0000000000230';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE entity_tags ADD COLUMN created_at bigint NOT NULL DEFAULT 0');
    await runner.query(`UPDATE entity_tags t SET created_at = e.created_at
      FROM entities e WHERE e.tenant = t.tenant AND e.url = t.url`);
    // Of the hash, since a B-tree refuses long values; the type is the first segment of the URL.
    await runner.query(`CREATE INDEX entity_tags_value ON entity_tags
      (tenant, hashtextextended(key || value, 0), split_part(url, '/', 2), created_at DESC, url)`);
    await runner.query('CREATE INDEX entities_updated ON entities (tenant, updated_at DESC, url)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX entities_updated, entity_tags_value');
    await runner.query('ALTER TABLE entity_tags DROP COLUMN created_at');
  }
}
