import { join } from 'node:path';
import { freePort } from '@app/platform/embedded/index.js';
import { removeFolder, temporaryFolder } from '../until-told.js';
import type { Contestant } from './contestants/contestant.js';
import { startPeer } from './contestants/peer.js';
import { startReveille, type Apps, type Reveille } from './contestants/reveille.js';
import type { StreamsOptions } from './options.js';
import { unpinned } from './pinning.js';

/** Who takes part. The ones with `fsync` force every write to disk before they acknowledge it. */
export type Name = 'reveille' | 'reveille fsync' | 'peer memory' | 'peer fsync';

/** The servers of one run, each started when it is first needed, all in one temporary folder. */
export class Arena {
  private readonly dir = temporaryFolder();
  private readonly started = new Map<Name, Promise<Contestant>>();
  private own = 0;

  constructor(readonly options: StreamsOptions) {}

  /** Those of `names` that take part, at least our own. */
  async contestants(...names: readonly Name[]): Promise<Contestant[]> {
    const found: Contestant[] = [];
    // One after the other, because who is started decides on which cores this process runs.
    for (const name of names)
      if (this.options.peer || !name.startsWith('peer')) found.push(await this.contestant(name));
    return found;
  }

  /** A number of the benchmark, scaled as asked for. */
  scaled(count: number): number {
    return Math.max(1, Math.round(count * this.options.scale));
  }

  /**
   * Runs `work` on a server of ours that nobody else uses in this run; nobody used it before, nor will, unless its data
   * are to be kept in a folder.
   */
  async withOwn<T>(apps: Apps, work: (server: Reveille) => Promise<T>, folder?: string): Promise<T> {
    this.own += 1;
    const port = await freePort();
    const server = await unpinned(() =>
      startReveille({
        name: 'reveille',
        port,
        dataDir: folder ?? join(this.dir, `own-${String(this.own)}`),
        apps,
        nodeArgs: this.options.nodeArgs,
      }),
    );
    try {
      return await work(server);
    } finally {
      await server.stop();
    }
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.started.values());
    await Promise.all(all.map(async (one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    removeFolder(this.dir);
  }

  private contestant(name: Name): Promise<Contestant> {
    const known = this.started.get(name) ?? unpinned(() => this.start(name));
    this.started.set(name, known);
    return known;
  }

  private async start(name: Name): Promise<Contestant> {
    const port = await freePort();
    const dataDir = join(this.dir, name.replace(' ', '-'));
    switch (name) {
      case 'peer memory':
        return startPeer({ name, port });
      case 'peer fsync':
        return startPeer({ name, port, dataDir });
      default: {
        const natsSync = name === 'reveille fsync' ? 'always' : undefined;
        return startReveille({ name, port, dataDir, natsSync, apps: ['standalone'], nodeArgs: this.options.nodeArgs });
      }
    }
  }
}
