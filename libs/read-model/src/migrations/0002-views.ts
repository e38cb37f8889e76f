import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Free text of clients (tags, subscribers, manifest keys) is stored as JSON text, because PostgreSQL text cannot hold
 * NUL and its encoder would replace lone surrogates; free JSON is `text`, because `jsonb` refuses both.
 */
export class Views implements MigrationInterface {
  readonly name = 'Views0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE projections (
        name      text PRIMARY KEY,
        state     text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'rebuilding')),
        position  bigint NOT NULL DEFAULT 0,
        changed   timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE quarantine (
        projection text NOT NULL,
        tenant     text COLLATE "C" NOT NULL,
        path       text COLLATE "C" NOT NULL,
        seq        bigint NOT NULL,
        error      text NOT NULL,
        at         timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (projection, tenant, path)
      )`);
    await runner.query(`
      CREATE TABLE history (
        tenant      text COLLATE "C" NOT NULL,
        path        text COLLATE "C" NOT NULL,
        seq         bigint NOT NULL,
        incarnation bigint NOT NULL,
        kind        text NOT NULL,
        prev        bigint NOT NULL,
        time        bigint NOT NULL,
        headers     bytea NOT NULL,
        payload     bytea NOT NULL,
        PRIMARY KEY (tenant, path, seq)
      )`);
    // Agents write text and JSON once and read it seldom: the CPU of compressing it is worth more than the disk.
    await runner.query(`ALTER TABLE history ALTER payload SET STORAGE EXTERNAL, ALTER headers SET STORAGE EXTERNAL`);
    await runner.query(`
      CREATE TABLE unit_keys (
        tenant text COLLATE "C" NOT NULL,
        path   text COLLATE "C" NOT NULL,
        seq    bigint NOT NULL,
        unit   int NOT NULL,
        id     text COLLATE "C" NOT NULL,
        PRIMARY KEY (tenant, path, seq, unit)
      )`);
    // A hash index takes ids of any length; a B-tree refuses long ones, which would stop the lane.
    await runner.query('CREATE INDEX unit_keys_id ON unit_keys USING hash (id)');

    await runner.query(`
      CREATE TABLE entity_types (
        tenant   text COLLATE "C" NOT NULL,
        name     text COLLATE "C" NOT NULL,
        document text NOT NULL,
        seq      bigint NOT NULL,
        PRIMARY KEY (tenant, name)
      )`);

    await runner.query(`
      CREATE TABLE entities (
        tenant          text COLLATE "C" NOT NULL,
        url             text COLLATE "C" NOT NULL,
        type            text COLLATE "C" NOT NULL,
        type_revision   bigint NOT NULL,
        type_seq        bigint NOT NULL,
        status          text NOT NULL,
        parent          text COLLATE "C",
        ancestors       text NOT NULL,
        created_by      text COLLATE "C" NOT NULL,
        created_at      bigint NOT NULL,
        updated_at      bigint NOT NULL,
        spawn_args      text,
        dispatch_policy text,
        sandbox         text,
        claim_epoch     bigint,
        claim_runner    text,
        claim_lease_ms  bigint,
        claim_at        bigint,
        claim_released  bigint,
        claim_reason    text,
        revision        bigint NOT NULL,
        PRIMARY KEY (tenant, url)
      ) WITH (fillfactor = 85)`);
    await runner.query('CREATE INDEX entities_created ON entities (tenant, created_at DESC, url)');
    await runner.query('CREATE INDEX entities_type ON entities (tenant, type, created_at DESC, url)');
    await runner.query(
      'CREATE INDEX entities_parent ON entities (tenant, parent, created_at DESC, url) WHERE parent IS NOT NULL',
    );
    await runner.query('CREATE INDEX entities_created_by ON entities (tenant, created_by, created_at DESC, url)');
    // Most entities are idle; whoever asks for a status asks for a rare one.
    await runner.query(`CREATE INDEX entities_status ON entities (tenant, status, created_at DESC, url)
      WHERE status <> 'idle'`);
    await runner.query(`CREATE INDEX entities_claims ON entities (tenant, url)
      WHERE claim_epoch IS NOT NULL AND claim_released IS DISTINCT FROM claim_epoch`);

    await runner.query(`
      CREATE TABLE entity_tags (
        tenant text COLLATE "C" NOT NULL,
        url    text COLLATE "C" NOT NULL,
        key    text COLLATE "C" NOT NULL,
        value  text COLLATE "C" NOT NULL,
        PRIMARY KEY (tenant, url, key)
      )`);

    await runner.query(`
      CREATE TABLE wake_registrations (
        tenant       text COLLATE "C" NOT NULL,
        source       text COLLATE "C" NOT NULL,
        key          text COLLATE "C" NOT NULL,
        seq          bigint NOT NULL,
        subscriber   text COLLATE "C" NOT NULL,
        manifest_key text COLLATE "C",
        data         text NOT NULL,
        PRIMARY KEY (tenant, source, key)
      )`);
    await runner.query('CREATE INDEX wake_registrations_subscriber ON wake_registrations USING hash (subscriber)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE wake_registrations, entity_tags, entities, entity_types, unit_keys, history,
      quarantine, projections`);
  }
}
