import { WireConnection } from '../../client/wire-connection.js';
import { closedLoop } from '../../measure/closed-loop.js';
import { anyOf } from '../../scenarios/any-of.js';
import { DELTA_EVENT } from '../../scenarios/delta-event.js';
import { cpuSince, cpuUse, type Contestant } from '../contestants/contestant.js';
import type { Figures } from '../results.js';
import { append, createStreams } from './prepare.js';

const CONNECTIONS = 64;
const BODY = JSON.stringify(DELTA_EVENT);

// Until a server has answered so many, its code is compiled again and again, and takes several times the CPU. It is a
// count, because a machine that is busy does fewer in the same time, and a time, for those that sync every request.
const WARM_REQUESTS = 60_000;
const WARM_AT_MOST_MS = 10_000;

/** Appends to one server, over connections that stay open while others have their turn. */
export class Appender {
  private next: () => Buffer = () => Buffer.alloc(0);
  private answered = 0;
  private spentMs = 0;

  private constructor(
    readonly contestant: Contestant,
    private readonly connections: readonly WireConnection[],
  ) {}

  static async open(contestant: Contestant): Promise<Appender> {
    return new Appender(contestant, await WireConnection.openMany(contestant.origin, CONNECTIONS));
  }

  /** @param scale below 1 it need not be quite so warm: somebody tries the benchmark out. */
  isWarm(scale: number): boolean {
    return this.answered >= WARM_REQUESTS * scale || this.spentMs >= WARM_AT_MOST_MS * scale;
  }

  /** From now on to so many new streams, any of them. */
  async renew(streams: number): Promise<void> {
    const paths = await createStreams(this.contestant, streams);
    this.next = anyOf(paths.map((path) => append(this.contestant, path, BODY)));
  }

  /** Resolves when what it did has no consequences any more: they would be others' burden. */
  async measure(ms: number): Promise<Figures> {
    const { contestant } = this;
    const serverBefore = cpuUse(contestant);
    const clientBefore = process.cpuUsage();
    const { samples, errors, seconds } = await closedLoop(this.connections, this.next, ms);
    const { user, system } = process.cpuUsage(clientBefore);
    const lagMs = await contestant.lagMs();
    const { count } = samples;
    this.answered += count;
    this.spentMs += seconds * 1000;
    const { p50, p99 } = samples.latencies();
    return {
      'per s': count / seconds,
      'p50 ms': p50,
      'p99 ms': p99,
      errors: [...errors.values()].reduce((sum, one) => sum + one, 0),
      ...(lagMs !== undefined && { 'lag ms': lagMs }),
      ...cpuSince(contestant, serverBefore, 'µs', 1e6 / count),
      'client µs': (user + system) / count,
    };
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
