import { LogUnavailable, type LogBackend } from '../port/log-backend.js';
import type { EncodedCommit, EncodedMessage } from '../port/message.js';
import type { LogFeed } from './log-feed.js';
import { plainMessage } from './plain-message.js';
import { SharedQuestion } from './shared-question.js';
import type { EngineTiming } from './timing.js';

// Half of the shortest time in which brokers choose another leader because they no longer hear of the one they have.
const TRUST_MS = 2_000;

// Choosing a replica for a new consumer takes a moment when brokers are in trouble.
const RENEW_MS = 3_000;

/** Says nothing: its place in the log is all that matters. */
const NOTHING = plainMessage();

/**
 * Up to where the log was acknowledged at some moment after the question, and the feed past it.
 *
 * One broker simply says its last sequence. Of several, one that was paused may take itself for the leader after the
 * others chose a new one. So there its word counts only if it knows a message of ours, and we began to publish that one
 * less than 2 s ago: whoever is chosen without it stepping down has that message, and has waited 4 s since it came.
 * Otherwise we publish: an acknowledgement comes from a majority.
 */
export class Barrier {
  private readonly questions = new SharedQuestion(() => this.ask());
  private renewed = -Infinity;
  /** Of our acknowledged messages, the one that was begun last. */
  private ours = { begun: -Infinity, seq: 0 };

  constructor(
    private readonly backend: LogBackend,
    private readonly feed: LogFeed,
    /** Where messages that say nothing are published; undefined when one broker keeps the log. */
    private readonly subject: string | undefined,
    private readonly timing: Pick<EngineTiming, 'barrierMs' | 'renewMs'>,
  ) {}

  pass(): Promise<number> {
    return this.questions.answer();
  }

  /** Every publish of this process goes through here, because each vouches for the leader. */
  publish(subject: string, commit: EncodedCommit, expected: number): Promise<number> {
    const { backend } = this;
    const [first] = commit;
    if (commit.length > 1) return this.vouching(() => backend.publishBatch(subject, commit, expected));
    return this.vouching(() => backend.publish(subject, first, expected));
  }

  publishUnguarded(subject: string, message: EncodedMessage): Promise<number> {
    return this.vouching(() => this.backend.publish(subject, message, null));
  }

  private async vouching(publish: () => Promise<number>): Promise<number> {
    const begun = performance.now();
    const seq = await publish();
    if (begun > this.ours.begun) this.ours = { begun, seq };
    return seq;
  }

  /** Puts a message that says nothing into the log. */
  async mark(subject: string): Promise<number> {
    try {
      return await this.publishUnguarded(subject, NOTHING);
    } catch (cause) {
      throw new LogUnavailable('the log took no barrier', { cause });
    }
  }

  private async ask(): Promise<number> {
    const seq = this.subject === undefined ? await this.backend.lastSeq() : await this.ofMajority(this.subject);
    await this.received(seq);
    return seq;
  }

  /**
   * A replica whose disk is full goes on sending heartbeats for a consumer to which it has nothing to deliver any more.
   * So whoever only follows the log must ask now and then how far it is.
   */
  async check(): Promise<void> {
    if (this.subject === undefined) return;
    await this.received(await this.backend.lastSeq());
  }

  private async received(seq: number): Promise<void> {
    if (seq <= this.feed.position) return;
    const { renewMs, barrierMs } = this.timing;
    const callOff = this.feed.clock.after(Math.min(renewMs, barrierMs), () => {
      if (this.subject !== undefined) this.renewFeed();
    });
    try {
      await this.feed.reached(seq, barrierMs);
    } finally {
      callOff();
    }
  }

  private renewFeed(): void {
    const now = performance.now();
    if (now - this.renewed < RENEW_MS) return;
    this.renewed = now;
    this.feed.renew();
  }

  private async ofMajority(subject: string): Promise<number> {
    const { ours } = this;
    const trusted = (): boolean => performance.now() - ours.begun < TRUST_MS;
    if (trusted()) {
      const seq = await this.backend.lastSeq();
      if (seq >= ours.seq && trusted()) return seq;
    }
    return this.mark(subject);
  }
}
