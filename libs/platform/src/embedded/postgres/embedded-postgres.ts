import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError, silent, type Progress } from '../embedded-error.js';
import { freePort } from '../free-port.js';
import { stopLeftover } from '../leftover.js';
import { logSize, readLogSince, rotateLog } from '../log-file.js';
import { ServerProcess, type ServerExit } from '../server-process.js';
import { waitUntil } from '../wait-until.js';
import { dropDatabase, ensureDatabase } from './databases.js';
import { dataOf, ensureCluster, serverEnvironment, SUPERUSER } from './initdb.js';
import { choosePlace, type PostgresPlace } from './postgres-place.js';
import { listenSettings, settingsArguments, SMALL_MACHINE, type PostgresSettings } from './postgres-settings.js';

export interface EmbeddedPostgresOptions {
  /** Folder for everything of this server; created when missing. As root the data may have to go elsewhere: see `dir`. */
  readonly dir: string;
  /** A fixed port; otherwise a free one. */
  readonly port?: number;
  /** Settings on top of ours. */
  readonly settings?: PostgresSettings;
  readonly progress?: Progress;
}

interface Launch {
  readonly options: EmbeddedPostgresOptions;
  readonly place: PostgresPlace;
  readonly port: number;
}

const DATABASE = 'reveille';
// Crash recovery replays at most max_wal_size.
const READY_MS = 60_000;
const STOP_MS = 5_000;
const PORT_ATTEMPTS = 5;
// Back ends of a killed server notice within moments; until then their shared memory blocks a new one.
const ORPHANS_MS = 5_000;

/** A PostgreSQL on loopback, owned by this process. Its data outlives it. */
export class EmbeddedPostgres {
  private constructor(
    private readonly launched: Launch,
    private readonly password: string,
    readonly version: string,
    private running: ServerProcess,
  ) {}

  /** Resolves when the database `reveille` exists and accepts connections. @throws EmbeddedError with what to do. */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { progress = silent } = options;
    const place = await choosePlace(options.dir, progress);
    const password = await ensureCluster(place, progress);
    await stopLeftover({ pidFile: pidFile(place), mark: dataOf(place), name: 'PostgreSQL' }, progress);
    const { launched, running } = await launchOnSomePort(options, place);
    const version = (await readFile(join(dataOf(place), 'PG_VERSION'), 'utf8')).trim();
    const postgres = new EmbeddedPostgres(launched, password, version, running);
    try {
      await ensureDatabase(postgres.urlOf('postgres'), DATABASE);
      return postgres;
    } catch (error) {
      await postgres.stop();
      throw new EmbeddedError(`PostgreSQL runs but refuses us: ${(error as Error).message}`, { cause: error });
    }
  }

  get url(): string {
    return this.urlOf(DATABASE);
  }

  get pid(): number {
    return this.running.pid;
  }

  /** Where the data really is. */
  get dir(): string {
    return this.launched.place.dir;
  }

  /** Ends with the present run of the server, also when nobody asked for it. */
  get exited(): Promise<ServerExit> {
    return this.running.exited;
  }

  /** @returns the URL of the database, which is created when missing. */
  async createDatabase(name: string): Promise<string> {
    await ensureDatabase(this.urlOf('postgres'), name);
    return this.urlOf(name);
  }

  dropDatabase(name: string): Promise<void> {
    return dropDatabase(this.urlOf('postgres'), name);
  }

  async stop(): Promise<ServerExit> {
    return this.running.stop(STOP_MS);
  }

  kill(): Promise<ServerExit> {
    return this.running.kill();
  }

  /** Stops the server if it still runs and starts it again on the same port and data. */
  async restart(): Promise<void> {
    await this.stop();
    await stopLeftover({
      pidFile: pidFile(this.launched.place),
      mark: dataOf(this.launched.place),
      name: 'PostgreSQL',
    });
    this.running = await launchPastOrphans(this.launched);
  }

  private urlOf(database: string): string {
    return `postgresql://${SUPERUSER}:${this.password}@127.0.0.1:${this.launched.port}/${encodeURIComponent(database)}`;
  }
}

class PortTaken extends EmbeddedError {}
class OrphansAlive extends EmbeddedError {}

const pidFile = (place: PostgresPlace): string => join(dataOf(place), 'postmaster.pid');

const launchOnSomePort = async (
  options: EmbeddedPostgresOptions,
  place: PostgresPlace,
): Promise<{ launched: Launch; running: ServerProcess }> => {
  for (let attempt = 1; ; attempt += 1) {
    const launched = { options, place, port: options.port ?? (await freePort()) };
    try {
      return { launched, running: await launchPastOrphans(launched) };
    } catch (error) {
      // Somebody took the free port in between: take another one. A wished port is reported instead.
      if (!(error instanceof PortTaken) || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
};

const launchPastOrphans = async (launched: Launch): Promise<ServerProcess> => {
  const deadline = Date.now() + ORPHANS_MS;
  for (;;) {
    try {
      return await launch(launched);
    } catch (error) {
      if (!(error instanceof OrphansAlive) || Date.now() > deadline) throw error;
      await delay(100);
    }
  }
};

const launch = async ({ options, place, port }: Launch): Promise<ServerProcess> => {
  const logFile = join(place.dir, 'postgres.log');
  await rotateLog(logFile);
  const from = await logSize(logFile);
  const settings = settingsArguments(SMALL_MACHINE, options.settings ?? {}, listenSettings(port));
  const server = await ServerProcess.start({
    file: join(place.bin, 'postgres'),
    args: ['-D', dataOf(place), ...settings],
    cwd: '/',
    logFile,
    env: serverEnvironment(),
    user: place.user,
  });
  const ready = await waitUntil(async () => server.ended ?? (await isReady(place, server.pid)), { withinMs: READY_MS });
  if (ready === 'ready') return server;
  await server.kill();
  throw startFailure(await readLogSince(logFile, from), port, logFile);
};

/** The server itself says so in the eighth line of its pid file; no client is needed to ask. */
const isReady = async (place: PostgresPlace, pid: number): Promise<'ready' | undefined> => {
  const lines = (await readFile(pidFile(place), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready' ? 'ready' : undefined;
};

const startFailure = (log: string, port: number, logFile: string): EmbeddedError => {
  if (/Address already in use/i.test(log)) {
    return new PortTaken(`port ${port} for PostgreSQL is in use: stop its user or choose another port`);
  }
  if (/shared memory block .* is still in use/i.test(log)) {
    return new OrphansAlive(`processes of a killed PostgreSQL still hold its memory; see ${logFile}`);
  }
  return new EmbeddedError(`PostgreSQL did not start; see ${logFile}. Its last words: ${log.slice(-600)}`);
};
