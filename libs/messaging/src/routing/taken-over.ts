import type { Frame, Offer } from './frames.js';
import { ROUTED_LIMIT } from './routing-timing.js';

/** `holds`: false once others may have taken this process for gone; then nothing may be decided any more. */
export interface Terms {
  readonly leftMs: number;
  readonly holds: () => boolean;
}

/** Gives the answer; undefined at once or later: not here, the sender must execute it. */
export type Serve = (command: Uint8Array, terms: Terms) => Promise<Uint8Array | undefined> | undefined;

/** Commands of other processes that this one works on. */
export class TakenOver {
  private readonly working = new Map<string, Set<number>>();
  private commands = 0;
  private bytes = 0;
  private idle?: () => void;

  constructor(
    private readonly serve: Serve,
    private readonly say: (peer: string, frame: Frame) => void,
  ) {}

  take(peer: string, { n, command, leftMs }: Offer, holds: () => boolean): void {
    if (this.commands >= ROUTED_LIMIT.commands || this.bytes + command.length > ROUTED_LIMIT.bytes) {
      this.say(peer, { kind: 'full', n });
      return;
    }
    const work = this.serve(command, { leftMs, holds });
    if (!work) {
      this.say(peer, { kind: 'refused', n });
      return;
    }
    this.say(peer, { kind: 'taken', n });
    void this.finish(peer, n, command.length, work);
  }

  inquired(peer: string, n: number): void {
    this.say(peer, { kind: this.working.get(peer)?.has(n) ? 'taken' : 'refused', n });
  }

  /** Resolves once nothing is worked on. */
  async finished(): Promise<void> {
    if (this.commands > 0)
      await new Promise<void>((resolve) => {
        this.idle = resolve;
      });
  }

  private async finish(peer: string, n: number, bytes: number, work: Promise<Uint8Array | undefined>): Promise<void> {
    const numbers = this.working.get(peer) ?? new Set();
    this.working.set(peer, numbers.add(n));
    this.commands += 1;
    this.bytes += bytes;
    const answer = await work.catch(() => undefined);
    this.say(peer, answer ? { kind: 'answer', n, answer } : { kind: 'refused', n });
    numbers.delete(n);
    if (numbers.size === 0 && this.working.get(peer) === numbers) this.working.delete(peer);
    this.commands -= 1;
    this.bytes -= bytes;
    if (this.commands === 0) this.idle?.();
  }
}
