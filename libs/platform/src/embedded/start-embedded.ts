import { join } from 'node:path';
import { openDataDir, type DataDir } from './data-dir.js';
import { silent, type Progress } from './embedded-error.js';
import { EmbeddedNats } from './nats/embedded-nats.js';
import type { NatsSync } from './nats/nats-conf.js';
import { EmbeddedPostgres } from './postgres/embedded-postgres.js';
import type { PostgresSettings } from './postgres/postgres-settings.js';

export interface StartEmbeddedOptions {
  /** Created when missing; one process at a time may use it. */
  readonly dataDir: string;
  /** Default 2 minutes, the broker's own. */
  readonly natsSync?: NatsSync;
  readonly natsPort?: number;
  readonly postgresPort?: number;
  readonly postgresSettings?: PostgresSettings;
  readonly progress?: Progress;
  /** Both are started unless set to false (`NATS_URL` or `DATABASE_URL` is given). */
  readonly nats?: boolean;
  readonly postgres?: boolean;
}

/** The servers of one data directory. */
export class EmbeddedServers {
  constructor(
    private readonly data: DataDir,
    readonly natsServer: EmbeddedNats | undefined,
    readonly postgresServer: EmbeddedPostgres | undefined,
  ) {}

  /** @throws Error when the broker was not asked for. */
  get nats(): EmbeddedNats {
    if (!this.natsServer) throw new Error('no embedded NATS server was started');
    return this.natsServer;
  }

  /** @throws Error when the database was not asked for. */
  get postgres(): EmbeddedPostgres {
    if (!this.postgresServer) throw new Error('no embedded PostgreSQL was started');
    return this.postgresServer;
  }

  get natsUrl(): string {
    return this.nats.url;
  }

  get natsMonitorUrl(): string {
    return this.nats.monitorUrl;
  }

  get databaseUrl(): string {
    return this.postgres.url;
  }

  /** The folders that hold data, to be shown at start. */
  get dataDirs(): string[] {
    return [this.natsServer?.dir, this.postgresServer?.dir].filter((dir) => dir !== undefined);
  }

  get versions(): { readonly nats?: string; readonly postgres?: string } {
    return {
      ...(this.natsServer && { nats: this.natsServer.version }),
      ...(this.postgresServer && { postgres: this.postgresServer.version }),
    };
  }

  /** Both servers finish cleanly, side by side; then the directory is free for another process. */
  async stop(): Promise<void> {
    await Promise.all([this.natsServer?.stop(), this.postgresServer?.stop()]);
    await this.data.release();
  }
}

/**
 * Starts broker and database on one data directory, side by side.
 * @throws EmbeddedError with what to do; nothing is left running then.
 */
export const startEmbedded = async (options: StartEmbeddedOptions): Promise<EmbeddedServers> => {
  const data = await openDataDir(options.dataDir);
  const [nats, postgres] = await Promise.allSettled([startNats(data, options), startPostgres(data, options)]);
  if (nats.status === 'fulfilled' && postgres.status === 'fulfilled') {
    return new EmbeddedServers(data, nats.value, postgres.value);
  }
  for (const started of [nats, postgres]) if (started.status === 'fulfilled') await started.value?.stop();
  await data.release();
  throw nats.status === 'rejected' ? nats.reason : (postgres as PromiseRejectedResult).reason;
};

const startNats = async (data: DataDir, options: StartEmbeddedOptions): Promise<EmbeddedNats | undefined> => {
  if (options.nats === false) return undefined;
  const { natsSync: sync, natsPort: port, progress = silent } = options;
  return EmbeddedNats.start({ dir: join(data.path, 'nats'), sync, port, progress });
};

const startPostgres = async (data: DataDir, options: StartEmbeddedOptions): Promise<EmbeddedPostgres | undefined> => {
  if (options.postgres === false) return undefined;
  const { postgresPort: port, postgresSettings: settings, progress = silent } = options;
  return EmbeddedPostgres.start({ dir: join(data.path, 'postgres'), port, settings, progress });
};
