import { createInbox, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/nats-core';
import { ListeningClock } from '../engine/listening-clock.js';

/** Nothing was sent. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** It was sent, and no answer came in time or can come any more. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface Question {
  readonly subject: string;
  readonly payload: Uint8Array | string;
  readonly headers?: MsgHdrs;
  /** Milliseconds, to which the time is added that what is on its way may take. */
  readonly timeoutMs: number;
  /** Whoever asks has waited for others already: the question does not wait for the end of this turn. */
  readonly atOnce?: boolean;
}

/** Takes one message; true when the answer is complete. */
type Take = (message: Msg) => boolean;

interface Waiting {
  readonly take: Take;
  readonly reject: (error: Error) => void;
  /** By the clock of the inbox. */
  readonly until: number;
  readonly bytes: number;
}

// A broker that takes less than 2 MiB in a second counts as one that does not answer: 8 MiB get 4 s more than a word.
const BYTES_PER_MS = (2 * 1024 * 1024) / 1_000;
// However much is on its way, who waits learns in time that nothing comes.
const MOST_FOR_BYTES_MS = 10_000;

const isStatus = ({ data, headers }: Msg): boolean => data.length === 0 && (headers?.code ?? 0) > 0;

const single =
  (resolve: (answer: Msg) => void): Take =>
  (message) => {
    resolve(message);
    return true;
  };

/** An answer in several messages, of which the last has a status and no content. */
const several = (resolve: (answer: readonly Msg[]) => void): Take => {
  const parts: Msg[] = [];
  return (message) => {
    parts.push(message);
    if (!isStatus(message)) return false;
    resolve(parts);
    return true;
  };
};

/**
 * Requests over one reply subscription, sent once per turn of the event loop. The client's own `request` prepares an
 * error with a stack for every call, and publishing one by one costs a system call each: together a third of the time
 * of a busy process.
 */
export class SharedInbox {
  private readonly inbox = createInbox();
  private readonly waiting = new Map<string, Waiting>();
  private readonly replies: Subscription;
  private readonly clock = new ListeningClock((now) => {
    this.expire(now);
  });
  private outgoing: (() => void)[] = [];
  private count = 0;
  /** Bytes that were sent and not answered yet; what is sent next comes after them. */
  private underWay = 0;
  private connected = true;
  private closed = false;

  constructor(private readonly connection: NatsConnection) {
    this.replies = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => {
        if (!error) this.settle(message);
      },
    });
  }

  /** Rejects with NotSent or NoAnswer. */
  ask(question: Question): Promise<Msg> {
    return this.send(question, single);
  }

  /** All messages of an answer that ends with a status. Rejects like `ask`. */
  askForAll(question: Question): Promise<readonly Msg[]> {
    return this.send(question, several);
  }

  private send<Answer>(
    { subject, payload, headers, timeoutMs, atOnce }: Question,
    taking: (resolve: (answer: Answer) => void) => Take,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const send = (): void => {
        if (!this.usable) {
          reject(new NotSent('not connected to the broker'));
          return;
        }
        const token = (this.count += 1).toString(36);
        const bytes = payload.length;
        this.underWay += bytes;
        const until = this.clock.now + timeoutMs + Math.min(this.underWay / BYTES_PER_MS, MOST_FOR_BYTES_MS);
        const waiting = { take: taking(resolve), reject, until, bytes };
        this.waiting.set(token, waiting);
        try {
          this.connection.publish(subject, payload, { headers, reply: `${this.inbox}.${token}` });
        } catch (cause) {
          this.forget(token, waiting);
          reject(new NotSent('the message cannot be sent', { cause }));
        }
      };
      if (atOnce === true || !this.usable) send();
      else this.later(send);
    });
  }

  private get usable(): boolean {
    return this.connected && !this.closed && !this.connection.isClosed();
  }

  /** Answers under way are lost with the connection. */
  connectionChanged(connected: boolean): void {
    this.connected = connected;
    if (!connected) this.expire(Infinity);
  }

  close(): void {
    this.closed = true;
    this.clock.stop();
    this.expire(Infinity);
    this.replies.unsubscribe();
  }

  private later(send: () => void): void {
    if (this.outgoing.length === 0)
      setImmediate(() => {
        const batch = this.outgoing;
        this.outgoing = [];
        for (const one of batch) one();
      });
    this.outgoing.push(send);
  }

  private settle(message: Msg): void {
    const token = message.subject.slice(this.inbox.length + 1);
    const waiting = this.waiting.get(token);
    if (waiting?.take(message)) this.forget(token, waiting);
  }

  private forget(token: string, { bytes }: Waiting): void {
    this.waiting.delete(token);
    this.underWay -= bytes;
  }

  private expire(now: number): void {
    for (const [token, waiting] of this.waiting) {
      if (waiting.until > now) continue;
      this.forget(token, waiting);
      waiting.reject(new NoAnswer('no answer in time'));
    }
  }
}
