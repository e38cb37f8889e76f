import { fileURLToPath } from 'node:url';
import type { Contestant } from './contestant.js';
import { NodeProcess } from './node-process.js';

const SCRIPT = fileURLToPath(new URL('peer-process.js', import.meta.url));
// Nobody makes this stream.
const PROBE = { path: '/v1/stream/bench-ready', status: 404 };

export interface PeerOptions {
  readonly name: string;
  readonly port: number;
  /** Without it everything is kept in memory. */
  readonly dataDir?: string;
}

export const startPeer = async ({ name, port, dataDir }: PeerOptions): Promise<Contestant> => {
  const folder = dataDir === undefined ? [] : [dataDir];
  const child = NodeProcess.start({ script: SCRIPT, args: [String(port), ...folder] });
  const origin = `http://127.0.0.1:${String(port)}`;
  await child.answers(origin, PROBE.path, PROBE.status);
  return {
    name,
    origin,
    durability: dataDir === undefined ? 'memory' : 'fsync',
    pids: { node: [child.pid] },
    lagMs: () => Promise.resolve(undefined),
    stop: () => child.stop(),
  };
};
