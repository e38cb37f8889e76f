import { freePort } from '@app/platform/embedded/index.js';
import { ReveilleChild, type Exit } from './reveille-child.js';

export const KINDS = ['gateway', 'projector', 'saga'] as const;
export type Kind = (typeof KINDS)[number];

// What each says when it is at work.
const AT_WORK: Readonly<Record<Kind, string>> = {
  gateway: 'listening on',
  projector: 'info  ready',
  saga: 'the saga is at work',
};

export interface FleetOptions {
  readonly natsUrl: string;
  readonly natsMonitorUrl: string;
  readonly databaseUrl: string;
  /** For the keys that all of them sign with. */
  readonly dir: string;
  /** How many of each. */
  readonly copies: Readonly<Record<Kind, number>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Gateways, projectors and sagas in processes of their own, on servers that run already. */
export class Fleet {
  private readonly running: Record<Kind, ReveilleChild[]> = { gateway: [], projector: [], saga: [] };

  private constructor(
    private readonly options: FleetOptions,
    /** Of each gateway; it keeps its port over restarts. */
    private readonly ports: readonly number[],
  ) {}

  /** All at once: on empty servers each must find or make what all of them need. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const ports: number[] = [];
    for (let place = 0; place < options.copies.gateway; place += 1) ports.push(await freePort());
    const fleet = new Fleet(options, ports);
    const places = KINDS.flatMap((kind) => Array.from({ length: options.copies[kind] }, (_, n) => [kind, n] as const));
    const starts = await Promise.allSettled(places.map(([kind, place]) => fleet.launch(kind, place)));
    const failed = starts.find((start) => start.status === 'rejected');
    if (!failed) return fleet;
    await fleet.stop();
    throw failed.reason;
  }

  /** The addresses of the gateways. */
  get urls(): readonly string[] {
    return this.ports.map((port) => `http://127.0.0.1:${String(port)}`);
  }

  get all(): readonly ReveilleChild[] {
    return KINDS.flatMap((kind) => this.running[kind]);
  }

  child(kind: Kind, place = 0): ReveilleChild {
    const child = this.running[kind][place];
    if (!child) throw new Error(`there is no ${kind} ${String(place)}`);
    return child;
  }

  /** Starts one that has ended, or that never ran. */
  async launch(kind: Kind, place: number): Promise<void> {
    const { natsUrl, natsMonitorUrl, databaseUrl, dir, env } = this.options;
    const child = ReveilleChild.spawn({
      command: [process.execPath, 'scripts/start.mjs', kind],
      env: {
        NATS_URL: natsUrl,
        NATS_MONITOR_URL: natsMonitorUrl,
        DATABASE_URL: databaseUrl,
        REVEILLE_DATA_DIR: `${dir}/reveille`,
        REVEILLE_MODE: 'development',
        PORT: String(this.ports[place] ?? 0),
        ...env,
      },
    });
    this.running[kind][place] = child;
    await child.says(AT_WORK[kind]);
  }

  /** SIGKILL; resolves once the process is gone. */
  async kill(kind: Kind, place: number): Promise<Exit> {
    const child = this.child(kind, place);
    child.signal('SIGKILL');
    return child.ended;
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((child) => child.destroy()));
  }
}
