import { LRUCache } from 'lru-cache';
import { Backpressure, DeadlineExceeded } from '@app/streams';
import type { Frame } from './frames.js';
import { Patience } from './patience.js';
import { ROUTED_LIMIT, ROUTING } from './routing-timing.js';

interface Given {
  readonly peer: string;
  readonly bytes: number;
  readonly until: number;
  /** Undefined: execute it yourself. */
  readonly settle: (answer: Uint8Array | undefined) => void;
  readonly fail: (error: Error) => void;
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
const LATE_KEPT = 10_000;

/**
 * Commands that other processes were given, until each has one outcome: an answer, or nothing, which means that the sender
 * executes it. An answer that comes after that is for nobody: the id of the command made it one effect.
 */
export class GivenAway {
  private readonly given = new Map<number, Given>();
  private readonly patience = new Map<string, Patience>();
  /** Offers nobody took in time, by number: since when. */
  private readonly late = new LRUCache<number, number>({ max: LATE_KEPT });
  private count = 0;
  private bytes = 0;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly say: (peer: string, frame: Frame) => void,
    private readonly now: () => number,
  ) {}

  /** @throws Backpressure, DeadlineExceeded */
  give(peer: string, command: Uint8Array, leftMs: number): Promise<Uint8Array | undefined> {
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
    if (given?.peer !== peer) {
      this.heardLate(peer, frame.n);
      return;
    }
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
        this.take(frame.n, given).fail(new Backpressure('the owner of the stream has too much to do'));
        return;
      default:
    }
  }

  /** What was executed here because the peer was slow tells how slow. */
  private heardLate(peer: string, n: number): void {
    const offeredAt = this.late.get(n);
    if (offeredAt === undefined) return;
    this.late.delete(n);
    this.patienceWith(peer).add(this.now() - offeredAt);
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
      if (!given.taken && given.sweeps * ROUTING.sweepMs > given.waitMs) this.passOver(n, given);
      else if (now > given.until) this.take(n, given).fail(new DeadlineExceeded(true));
      else if (given.taken && now > given.inquireAt) this.inquire(n, given, now);
    }
  }

  private passOver(n: number, given: Given): void {
    this.late.set(n, given.offeredAt);
    this.take(n, given).settle(undefined);
  }

  private inquire(n: number, given: Given, now: number): void {
    if (given.inquiries >= INQUIRIES) {
      this.take(n, given).settle(undefined);
      return;
    }
    given.inquiries += 1;
    given.inquireAt = now + ROUTING.inquireMs;
    this.say(given.peer, { kind: 'inquiry', n });
  }
}
