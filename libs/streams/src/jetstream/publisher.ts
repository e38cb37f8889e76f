import { nuid, type Msg } from '@nats-io/nats-core';
import { GuardConflict, LogUnavailable, OutcomeUnknown, PublishRefused } from '../port/log-backend.js';
import type { EncodedCommit, EncodedMessage } from '../port/message.js';
import { NotSent, type Question, type SharedInbox } from './shared-inbox.js';
import { WireHeaders } from './wire-message.js';

interface PublishAck {
  readonly seq?: number;
  readonly error?: { readonly code: number; readonly err_code: number; readonly description: string };
}

const WRONG_LAST_SEQUENCE = 10071;
// The broker started anew, or waited too long for the rest: what it had of the batch is gone.
const INCOMPLETE_BATCH = 10176;
// Storing many megabytes takes a while on a disk that is busy.
const PIECE_PATIENCE = 5;
const COMMIT_PATIENCE_PER_PIECE = 1 / 8;

const outcomeOf = (message: Msg): number | Error => {
  // A status instead of a body: nobody listens on the subject right now, or the broker is changing its leader.
  if (message.data.length === 0) return new OutcomeUnknown(`status ${String(message.headers?.code ?? 'unknown')}`);
  const { seq, error } = message.json<PublishAck>();
  if (error?.err_code === INCOMPLETE_BATCH) return new LogUnavailable(error.description);
  if (error?.err_code === WRONG_LAST_SEQUENCE) return new GuardConflict(error.description);
  // On a replicated stream 10164 tells of another message in flight, perhaps our own: look before deciding again.
  if (error?.code === 400 && error.err_code !== 10164)
    return new PublishRefused(`${String(error.err_code)} ${error.description}`);
  if (error) return new OutcomeUnknown(`${String(error.err_code)} ${error.description}`);
  return seq ?? new OutcomeUnknown('an acknowledgement without a sequence');
};

/** Without a connection nothing was sent; with one, the message itself cannot be. Undefined when it was sent. */
const unsent = (cause: unknown): Error | undefined => {
  if (!(cause instanceof NotSent)) return undefined;
  return cause.cause === undefined
    ? new LogUnavailable(cause.message, { cause })
    : new PublishRefused(cause.message, { cause });
};

const GUARD = 'Nats-Expected-Last-Subject-Sequence';

const headersOf = (message: EncodedMessage): WireHeaders => {
  const headers = new WireHeaders();
  for (const [name, value] of message.headers) headers.add(name, value);
  return headers;
};

/** Publishes and checks every acknowledgement; never retries. */
export class GuardedPublisher {
  constructor(
    private readonly inbox: SharedInbox,
    private readonly attemptMs: number,
  ) {}

  publish(subject: string, message: EncodedMessage, expected: number | null): Promise<number> {
    const values = headersOf(message);
    if (expected !== null) values.add(GUARD, String(expected));
    const { payload } = message;
    return this.sendLast({ subject, payload, headers: values, timeoutMs: this.attemptMs, atOnce: true });
  }

  /** Each message waits for the broker to have the one before: others get in between, and nothing heaps up here. */
  async publishBatch(subject: string, commit: EncodedCommit, expected: number): Promise<number> {
    const batch = nuid.next();
    const total = commit.length;
    for (const [index, message] of commit.entries()) {
      const values = headersOf(message);
      values.add('Nats-Batch-Id', batch);
      values.add('Nats-Batch-Sequence', String(index + 1));
      if (index === 0) values.add(GUARD, String(expected));
      const { payload } = message;
      if (index + 1 === total) {
        values.add('Nats-Batch-Commit', '1');
        const timeoutMs = this.attemptMs * (1 + total * COMMIT_PATIENCE_PER_PIECE);
        return this.sendLast({ subject, payload, headers: values, timeoutMs });
      }
      await this.sendPiece({ subject, payload, headers: values, timeoutMs: this.attemptMs * PIECE_PATIENCE });
    }
    throw new PublishRefused('there is nothing to publish');
  }

  /** Nothing is stored before the last message says so, so a failure here leaves no doubt. */
  private async sendPiece(question: Question): Promise<void> {
    let answer: Msg;
    try {
      answer = await this.inbox.ask(question);
    } catch (cause) {
      throw unsent(cause) ?? new LogUnavailable('the broker did not take a part of the message', { cause });
    }
    if (answer.data.length === 0 && !answer.headers?.code) return;
    const outcome = outcomeOf(answer);
    if (outcome instanceof GuardConflict || outcome instanceof PublishRefused) throw outcome;
    throw new LogUnavailable('the broker did not take a part of the message', { cause: outcome });
  }

  /** Resolves to the sequence; what is not certain to have failed is OutcomeUnknown. */
  private async sendLast(question: Question): Promise<number> {
    let answer: Msg;
    try {
      answer = await this.inbox.ask(question);
    } catch (cause) {
      throw unsent(cause) ?? new OutcomeUnknown('no acknowledgement', { cause });
    }
    const outcome = outcomeOf(answer);
    if (typeof outcome === 'number') return outcome;
    throw outcome;
  }
}
