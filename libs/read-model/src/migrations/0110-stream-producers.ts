import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last triple of every producer, by life of a stream. Rows of a life that ended may go. */
export class StreamProducers implements MigrationInterface {
  readonly name = 'StreamProducers0000000000110';

  async up(runner: QueryRunner): Promise<void> {
    // Producers write again and again: room on the page keeps the updates HOT.
    await runner.query(`
      CREATE TABLE stream_producers (
        tenant      text COLLATE "C" NOT NULL,
        path        text COLLATE "C" NOT NULL,
        incarnation bigint NOT NULL,
        producer    text COLLATE "C" NOT NULL,
        epoch       bigint NOT NULL,
        seq         bigint NOT NULL,
        PRIMARY KEY (tenant, path, incarnation, producer)
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stream_producers');
  }
}
