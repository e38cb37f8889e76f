import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../data-dir.js';
import { EmbeddedError, silent, type Progress } from '../embedded-error.js';
import { freePort } from '../free-port.js';
import { stopLeftover } from '../leftover.js';
import { logSize, readLogSince, rotateLog } from '../log-file.js';
import { ServerProcess, type ServerExit } from '../server-process.js';
import { waitUntil } from '../wait-until.js';
import { findNatsServer } from './find-nats-server.js';
import type { NatsBinary } from './nats-cache.js';
import { DEFAULT_SYNC_MS, natsConf, type NatsCluster, type NatsSync } from './nats-conf.js';
import { isNewEnough, OLDEST_NATS, versionOf } from './nats-version.js';

export interface EmbeddedNatsOptions {
  /** Folder for everything of this server; created when missing. */
  readonly dir: string;
  readonly sync?: NatsSync;
  /** A fixed client port; otherwise a free one. */
  readonly port?: number;
  /** Path of a nats-server to use instead of the one that is found. */
  readonly binary?: string;
  readonly serverName?: string;
  /** Its members are started together: none is ready before most of them are there. */
  readonly cluster?: NatsCluster;
  /** Bytes that JetStream may keep on disk. */
  readonly maxFileStore?: number;
  readonly progress?: Progress;
}

interface Ports {
  readonly client: number;
  readonly monitor: number;
}

// Recovery of a million subjects takes 3 s; this is for slow disks and many times that.
const READY_MS = 60_000;
const STOP_MS = 5_000;
const PORT_ATTEMPTS = 5;

/** A nats-server with JetStream on loopback, owned by this process. Its data outlives it. */
export class EmbeddedNats {
  private constructor(
    private readonly options: EmbeddedNatsOptions,
    private readonly binary: NatsBinary,
    private ports: Ports,
    private running: ServerProcess,
  ) {}

  /** Resolves when JetStream answers. @throws EmbeddedError with what to do. */
  static async start(options: EmbeddedNatsOptions): Promise<EmbeddedNats> {
    const binary = await usableBinary(options);
    const dir = await makeFolder(options.dir);
    await stopLeftover({ pidFile: pidFile(dir), mark: confFile(dir), name: 'nats-server' }, options.progress);
    for (let attempt = 1; ; attempt += 1) {
      const ports = { client: options.port ?? (await freePort()), monitor: await freePort() };
      try {
        return new EmbeddedNats(options, binary, ports, await launch(options, binary, ports));
      } catch (error) {
        // Somebody took the free port in between: take another one. A wished port is reported instead.
        if (!(error instanceof PortTaken) || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  get url(): string {
    return `nats://127.0.0.1:${this.ports.client}`;
  }

  /** Base address of the HTTP monitoring endpoints (`/healthz`, `/jsz`). */
  get monitorUrl(): string {
    return `http://127.0.0.1:${this.ports.monitor}`;
  }

  get version(): string {
    return this.binary.version;
  }

  get pid(): number {
    return this.running.pid;
  }

  get dir(): string {
    return this.options.dir;
  }

  /** Ends with the present run of the server, also when nobody asked for it. */
  get exited(): Promise<ServerExit> {
    return this.running.exited;
  }

  stop(): Promise<ServerExit> {
    return this.running.stop(STOP_MS);
  }

  kill(): Promise<ServerExit> {
    return this.running.kill();
  }

  /** Stops the server if it still runs and starts it again on the same ports and data. */
  async restart(): Promise<void> {
    await this.stop();
    this.running = await launch(this.options, this.binary, this.ports);
  }
}

class PortTaken extends EmbeddedError {}

const confFile = (dir: string): string => join(dir, 'nats.conf');
const pidFile = (dir: string): string => join(dir, 'nats.pid');

const usableBinary = async ({ binary, progress = silent }: EmbeddedNatsOptions): Promise<NatsBinary> => {
  if (binary === undefined) return findNatsServer(progress);
  const version = await versionOf(binary);
  if (version === undefined) throw new EmbeddedError(`${binary} cannot be run: give the path of a nats-server`);
  if (!isNewEnough(version))
    throw new EmbeddedError(`${binary} is version ${version}: at least ${OLDEST_NATS} is needed`);
  return { path: binary, version };
};

/**
 * The broker's threads: half of the cores, the rest is for who asks it. With more it wakes them for next to nothing, and stops
 * others with that: measured on two cores, a sixth to a third less of its CPU per request. Not where it waits for the disk before
 * each acknowledgement: a thread that waits is no other's.
 */
const threads = (sync: NatsSync): NodeJS.ProcessEnv =>
  sync === 'always' ? {} : { GOMAXPROCS: String(Math.max(1, Math.floor(availableParallelism() / 2))) };

const launch = async (options: EmbeddedNatsOptions, binary: NatsBinary, ports: Ports): Promise<ServerProcess> => {
  const { dir, sync = DEFAULT_SYNC_MS, serverName = 'reveille-embedded', cluster, maxFileStore } = options;
  const storeDir = await makeFolder(join(dir, 'jetstream'));
  const place = { port: ports.client, monitorPort: ports.monitor, storeDir, pidFile: pidFile(dir) };
  const conf = natsConf({ ...place, sync, serverName, cluster, maxFileStore });
  await writeFile(confFile(dir), conf, { mode: 0o600 });
  const logFile = join(dir, 'nats.log');
  await rotateLog(logFile);
  const from = await logSize(logFile);
  const args = ['-c', confFile(dir)];
  const server = await ServerProcess.start({
    file: binary.path,
    args,
    cwd: dir,
    logFile,
    env: { ...threads(sync), ...process.env },
  });
  const ready = await waitUntil(async () => server.ended ?? ((await isHealthy(ports.monitor)) ? 'ready' : undefined), {
    withinMs: READY_MS,
  });
  if (ready === 'ready') return server;
  await server.kill();
  throw startFailure(await readLogSince(logFile, from), ports, logFile);
};

/** `/healthz` is 200 once JetStream has recovered its streams. */
const isHealthy = async (monitorPort: number): Promise<boolean> => {
  try {
    const answer = await fetch(`http://127.0.0.1:${monitorPort}/healthz`, { signal: AbortSignal.timeout(1_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
};

const startFailure = (log: string, { client }: Ports, logFile: string): EmbeddedError => {
  if (/address already in use/i.test(log)) {
    return new PortTaken(`port ${client} for nats-server is in use: stop its user or choose another port`);
  }
  return new EmbeddedError(`nats-server did not start; see ${logFile}. Its last words: ${log.slice(-600)}`);
};
