import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, as their identities say. Ids and fields are encoded text, times are milliseconds since 1970. */
export class Users implements MigrationInterface {
  readonly name = 'Users0000000000222';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        tenant        text COLLATE "C" NOT NULL,
        id            text COLLATE "C" NOT NULL,
        display_name  text,
        email         text,
        avatar_url    text,
        auth_provider text,
        auth_subject  text,
        profile       text,
        metadata      text,
        created_at    bigint NOT NULL,
        updated_at    bigint NOT NULL,
        PRIMARY KEY (tenant, id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE users');
  }
}
