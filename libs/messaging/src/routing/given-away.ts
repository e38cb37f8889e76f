import { Backpressure, DeadlineExceeded } from '@app/streams';
import type { Frame } from './frames.js';
import { Patience } from './patience.js';
import { ROUTED_LIMIT, ROUTING } from './routing-timing.js';

/** It must be executed here, and may be executed there too. */
export interface Untaken {
  /** What the peer says that came of it; undefined: nothing, now or ever. @throws DeadlineExceeded when it says nothing */
  outcome(): Promise<Uint8Array | undefined>;
}

/** An answer; `Untaken`; undefined: the peer does not execute it, and never will. */
type Told = Uint8Array | Untaken | undefined;

interface Given {
  readonly peer: string;
  readonly bytes: number;
  readonly until: number;
  /** Told once, and once more to whoever waits for the outcome of what was passed over. */
  settle: (told: Told) => void;
  fail: (error: Error) => void;
  withdrawn: boolean;
  readonly offeredAt: number;
  readonly waitMs: number;
  taken: boolean;
  /** Looks at it since it was offered. */
  sweeps: number;
  inquireAt: number;
  /** Inquiries since the last sign of it. */
  inquiries: number;
}

const INQUIRIES = 3;

/**
 * Commands that other processes were given, until each has one outcome: an answer, or nothing, which means that the sender
 * executes it. What nobody took in time is executed by the sender at once, and withdrawn: the peer leaves it, or says what
 * came of it. Until then the sender cannot know that its own "no" is true.
 */
export class GivenAway {
  private readonly given = new Map<number, Given>();
  private readonly patience = new Map<string, Patience>();
  private count = 0;
  private bytes = 0;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly say: (peer: string, frame: Frame) => void,
    private readonly now: () => number,
  ) {}

  /** @throws Backpressure, DeadlineExceeded */
  give(peer: string, command: Uint8Array, leftMs: number): Promise<Told> {
    if (this.given.size >= ROUTED_LIMIT.commands || this.bytes + command.length > ROUTED_LIMIT.bytes)
      return Promise.reject(new Backpressure('too many commands are given to other processes'));
    const n = (this.count += 1);
    const now = this.now();
    const waitMs = this.patienceWith(peer).ms;
    this.bytes += command.length;
    return new Promise((settle, fail) => {
      this.given.set(n, {
        peer,
        bytes: command.length,
        until: now + leftMs + ROUTING.graceMs,
        settle,
        fail,
        withdrawn: false,
        offeredAt: now,
        waitMs,
        taken: false,
        sweeps: 0,
        inquireAt: now + ROUTING.inquireMs,
        inquiries: 0,
      });
      this.say(peer, { kind: 'offer', n, leftMs, waitMs, command });
      this.timer ??= setInterval(() => {
        this.sweep();
      }, ROUTING.sweepMs);
    });
  }

  hear(peer: string, frame: Frame): void {
    const given = this.given.get(frame.n);
    if (given?.peer !== peer) return;
    // What was executed here because the peer was slow tells how slow, once.
    if (!given.taken) this.patienceWith(peer).add(this.now() - given.offeredAt);
    switch (frame.kind) {
      case 'taken':
        given.taken = true;
        given.inquiries = 0;
        return;
      case 'answer':
        this.take(frame.n, given).settle(frame.answer);
        return;
      case 'refused':
        this.take(frame.n, given).settle(undefined);
        return;
      case 'full':
        if (given.withdrawn) this.take(frame.n, given).settle(undefined);
        else this.take(frame.n, given).fail(new Backpressure('the owner of the stream has too much to do'));
        return;
      default:
    }
  }

  private patienceWith(peer: string): Patience {
    const known = this.patience.get(peer) ?? new Patience();
    this.patience.set(peer, known);
    return known;
  }

  /** The peer is gone: nobody knows what became of what it had. */
  lost(peer: string): void {
    this.patience.delete(peer);
    for (const [n, given] of this.given) if (given.peer === peer) this.take(n, given).settle(undefined);
  }

  private take(n: number, given: Given): Given {
    this.given.delete(n);
    this.bytes -= given.bytes;
    if (this.given.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
    return given;
  }

  /** Counts its own runs: while this process stood still, answers may have come that it has not read yet. */
  private sweep(): void {
    const now = this.now();
    for (const [n, given] of this.given) {
      given.sweeps += 1;
      if (now > given.until) this.take(n, given).fail(new DeadlineExceeded(true));
      else if (given.withdrawn || given.taken) this.askAgain(n, given, now);
      else if (given.sweeps * ROUTING.sweepMs > given.waitMs) this.passOver(n, given, now);
    }
  }

  private passOver(n: number, given: Given, now: number): void {
    const { settle } = given;
    const outcome = new Promise<Told>((resolve, reject) => {
      given.settle = resolve;
      given.fail = reject;
    });
    // Nobody may ask for it: what was written here is true whatever the peer says.
    outcome.catch(() => undefined);
    settle({ outcome: () => outcome as Promise<Uint8Array | undefined> });
    given.withdrawn = true;
    this.withdraw(n, given, now);
  }

  private withdraw(n: number, given: Given, now: number): void {
    given.inquireAt = now + ROUTING.inquireMs;
    this.say(given.peer, { kind: 'withdrawal', n });
  }

  private askAgain(n: number, given: Given, now: number): void {
    if (now <= given.inquireAt) return;
    if (given.withdrawn) this.withdraw(n, given, now);
    else if (given.inquiries >= INQUIRIES) this.passOver(n, given, now);
    else this.inquire(n, given, now);
  }

  private inquire(n: number, given: Given, now: number): void {
    given.inquiries += 1;
    given.inquireAt = now + ROUTING.inquireMs;
    this.say(given.peer, { kind: 'inquiry', n });
  }
}
