import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Connection } from './client/connection.js';
import { get } from './client/json-request.js';
import { nodeArgsOf } from './node-args.js';
import { untilTold } from './until-told.js';

const START = fileURLToPath(new URL('../../../scripts/start.mjs', import.meta.url));
const ASK_EVERY_MS = 10;
const PATIENCE_MS = 120_000;
const OK = 200;

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
};

/** A server in a folder of the benchmark's own. */
export class OwnServer {
  private constructor(
    private readonly child: ChildProcess,
    /** From the start of the process to the first 200 of /health/ready. */
    readonly startedInMs: number,
  ) {}

  static async start(port: number, dataDir: string): Promise<OwnServer> {
    const from = performance.now();
    const begin = (): ChildProcess =>
      spawn(process.execPath, [...nodeArgsOf('standalone'), START, 'standalone'], {
        env: { ...process.env, PORT: String(port), REVEILLE_DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    const child = untilTold('server', begin, (started) => end(started, 'SIGTERM'));
    const connection = new Connection(`http://127.0.0.1:${String(port)}`);
    while ((await connection.send(get('/health/ready'))) !== OK) {
      if (hasEnded(child)) throw new Error('the server has ended');
      if (performance.now() - from > PATIENCE_MS) {
        child.kill();
        throw new Error('the server does not become ready');
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    const startedInMs = performance.now() - from;
    await connection.close();
    return new OwnServer(child, startedInMs);
  }

  /** @returns milliseconds until it was gone */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number> {
    const from = performance.now();
    await end(this.child, signal);
    return performance.now() - from;
  }
}
