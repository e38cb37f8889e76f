import type { Frame, Offer } from './frames.js';
import { ROUTED_LIMIT } from './routing-timing.js';

/** `holds`: false once others may have taken this process for gone; then nothing may be decided any more. */
export interface Terms {
  readonly leftMs: number;
  readonly holds: () => boolean;
}

/** Gives the answer; undefined at once or later: not here, the sender must execute it. */
export type Serve = (command: Uint8Array, terms: Terms) => Promise<Uint8Array | undefined> | undefined;

/** One command; `withdrawn`: its sender executes it, so nothing of it may be decided here any more. */
interface Work {
  withdrawn: boolean;
}

interface Taken {
  readonly peer: string;
  readonly n: number;
  readonly bytes: number;
  readonly work: Work;
  readonly answer: Promise<Uint8Array | undefined>;
}

/** Commands of other processes that this one works on. */
export class TakenOver {
  private readonly working = new Map<string, Map<number, Work>>();
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
    const work = { withdrawn: false };
    const answer = this.serve(command, { leftMs, holds: () => !work.withdrawn && holds() });
    if (!answer) {
      this.say(peer, { kind: 'refused', n });
      return;
    }
    this.say(peer, { kind: 'taken', n });
    void this.finish({ peer, n, bytes: command.length, work, answer });
  }

  /** Its outcome is told in any case: what was decided before is answered, anything else is refused. */
  withdraw(peer: string, n: number): void {
    const work = this.working.get(peer)?.get(n);
    if (work) work.withdrawn = true;
    else this.say(peer, { kind: 'refused', n });
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

  private async finish({ peer, n, bytes, work, answer }: Taken): Promise<void> {
    const works = this.working.get(peer) ?? new Map<number, Work>();
    this.working.set(peer, works.set(n, work));
    this.commands += 1;
    this.bytes += bytes;
    const told = await answer.catch(() => undefined);
    this.say(peer, told ? { kind: 'answer', n, answer: told } : { kind: 'refused', n });
    works.delete(n);
    if (works.size === 0 && this.working.get(peer) === works) this.working.delete(peer);
    this.commands -= 1;
    this.bytes -= bytes;
    if (this.commands === 0) this.idle?.();
  }
}
