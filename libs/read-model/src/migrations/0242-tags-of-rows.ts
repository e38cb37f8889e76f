import type { MigrationInterface, QueryRunner } from 'typeorm';

/** All tags of an entity in its own row, as JSON, so that nothing else is read to show it. */
export class TagsOfRows implements MigrationInterface {
  readonly name = 'TagsOfRows0000000000242';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE entities ADD COLUMN tags text');
    await runner.query(`UPDATE entities e SET tags = (
      SELECT '{' || coalesce(string_agg(t.key || ':' || t.value, ',' ORDER BY t.key), '') || '}'
      FROM entity_tags t WHERE t.tenant = e.tenant AND t.url = e.url)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE entities DROP COLUMN tags');
  }
}
