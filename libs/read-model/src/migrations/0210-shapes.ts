import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What clients follow: every change of a live table by its place in the log, and where each table can be read from. */
export class Shapes implements MigrationInterface {
  readonly name = 'Shapes0000000000210';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shape_changes (
        shape  text COLLATE "C" NOT NULL,
        seq    bigint NOT NULL,
        tenant text COLLATE "C" NOT NULL,
        key    text COLLATE "C" NOT NULL,
        old    text,
        new    text,
        PRIMARY KEY (shape, seq, key)
      )`);
    // Not rows: whoever the key names may see other rows now.
    await runner.query(
      'CREATE INDEX shape_changes_sight ON shape_changes (shape, key, seq) WHERE old IS NULL AND new IS NULL',
    );
    // Changes up to the horizon are not kept; a new generation has nothing to do with the changes of the one before.
    // Generations begin at the time, so that those of a database that was lost do not come again.
    await runner.query(`
      CREATE TABLE shape_logs (
        shape        text COLLATE "C" PRIMARY KEY,
        worker_group text NOT NULL,
        generation   bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
        horizon      bigint NOT NULL
      )`);
    await runner.query(`
      INSERT INTO shape_logs (shape, worker_group, horizon)
      SELECT known.shape, known.of, coalesce((SELECT max(position) FROM lanes WHERE worker_group = known.of), 0)
      FROM (VALUES ('entities', 'projector'), ('entity_types', 'registry'), ('users', 'projector'), ('runners', 'projector'),
        ('runner_runtime_diagnostics', 'projector'), ('entity_dispatch_state', 'projector'),
        ('wake_notifications', 'projector'), ('consumer_claims', 'projector'),
        ('entity_effective_permissions', 'projector')) known(shape, of)`);
    // The order in which a large table is handed out: by a number that fits into an offset and that nobody can choose.
    await runner.query(`
      CREATE FUNCTION shape_place(key text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
      RETURN 1 + ('x0' || substr(md5(key), 1, 13))::bit(56)::bigint`);
    await runner.query('CREATE INDEX entities_place ON entities (tenant, shape_place(url))');
    await runner.query(`
      CREATE TABLE entity_type_revisions (
        tenant        text COLLATE "C" NOT NULL,
        name          text COLLATE "C" NOT NULL,
        seq           bigint NOT NULL,
        revision      bigint NOT NULL,
        inbox_schemas text,
        state_schemas text,
        PRIMARY KEY (tenant, name, seq, revision)
      )`);
    // Only what is known here; a rebuild of the entity types brings the revisions before.
    await runner.query(`
      INSERT INTO entity_type_revisions
      SELECT tenant, name, seq, (document::json->>'revision')::bigint,
             nullif((document::json->'inbox_schemas')::text, 'null'),
             nullif((document::json->'state_schemas')::text, 'null')
      FROM entity_types WHERE pg_input_is_valid(document, 'jsonb')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE entity_type_revisions, shape_changes, shape_logs');
    await runner.query('DROP INDEX entities_place');
    await runner.query('DROP FUNCTION shape_place');
  }
}
