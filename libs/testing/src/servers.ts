import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedNats, EmbeddedPostgres } from '@app/platform/embedded/index.js';
import {
  removePlace,
  startEmbedded,
  THROW_AWAY,
  type EmbeddedServers,
  type NatsSync,
} from '@app/platform/embedded/index.js';
import { seedPostgres } from './postgres-template.js';

export interface TestServersOptions {
  readonly nats?: boolean;
  readonly postgres?: boolean;
  readonly natsSync?: NatsSync;
  /** Keeps the database's own guarantees, for tests that pull the plug; otherwise it trades them for speed. */
  readonly durablePostgres?: boolean;
}

/** Real servers for one test file: own folder, own ports, gone after `stop`. */
export class TestServers {
  constructor(
    /** The temporary data directory. */
    readonly dir: string,
    private readonly servers: EmbeddedServers,
  ) {}

  /** With `kill()`, `restart()` (same port and data), `pid`, `monitorUrl`. @throws Error when not asked for. */
  get nats(): EmbeddedNats {
    return this.servers.nats;
  }

  /** With `kill()`, `restart()`, `pid`, `createDatabase(name)`. @throws Error when not asked for. */
  get postgres(): EmbeddedPostgres {
    return this.servers.postgres;
  }

  get natsUrl(): string {
    return this.servers.natsUrl;
  }

  get natsMonitorUrl(): string {
    return this.servers.natsMonitorUrl;
  }

  get databaseUrl(): string {
    return this.servers.databaseUrl;
  }

  /** What an app that uses these servers is told. */
  get urls(): { readonly natsUrl: string; readonly natsMonitorUrl: string; readonly databaseUrl: string; dir: string } {
    const { natsUrl, natsMonitorUrl, databaseUrl, dir } = this;
    return { natsUrl, natsMonitorUrl, databaseUrl, dir };
  }

  /** @returns the URL of a new, empty database. */
  freshDatabase(): Promise<string> {
    return this.servers.postgres.createDatabase(`test_${randomBytes(6).toString('hex')}`);
  }

  async stop(): Promise<void> {
    await this.servers.stop();
    await removeTestDir(this.dir);
  }
}

/** Starts what is asked for with `true`; about a second for both. */
export const startTestServers = async ({
  nats = false,
  postgres = false,
  natsSync,
  durablePostgres = false,
}: TestServersOptions): Promise<TestServers> => {
  const dir = await testDir();
  const postgresSettings = durablePostgres ? {} : THROW_AWAY;
  const templates = process.env['REVEILLE_TEST_TEMPLATES'];
  if (postgres && templates !== undefined) await seedPostgres(join(dir, 'postgres'), templates);
  return new TestServers(dir, await startEmbedded({ dataDir: dir, nats, postgres, natsSync, postgresSettings }));
};

/** A new temporary folder that the database user can pass through (mkdtemp makes it private). */
export const testDir = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'reveille-test-'));
  await chmod(dir, 0o711);
  return dir;
};

export const removeTestDir = async (dir: string): Promise<void> => {
  await removePlace(join(dir, 'postgres'));
  // A server whose launcher was killed may be writing its last files.
  await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
};
