import { headers, type Msg } from '@nats-io/nats-core';
import { GuardConflict, LogUnavailable, OutcomeUnknown, PublishRefused } from '../port/log-backend.js';
import type { EncodedMessage } from '../port/message.js';
import { NotSent, type SharedInbox } from './shared-inbox.js';

interface PublishAck {
  readonly seq?: number;
  readonly error?: { readonly code: number; readonly err_code: number; readonly description: string };
}

const WRONG_LAST_SEQUENCE = 10071;

const outcomeOf = (message: Msg): number | Error => {
  // A status instead of a body: nobody listens on the subject right now, or the broker is changing its leader.
  if (message.data.length === 0) return new OutcomeUnknown(`status ${String(message.headers?.code ?? 'unknown')}`);
  const { seq, error } = message.json<PublishAck>();
  if (error?.err_code === WRONG_LAST_SEQUENCE) return new GuardConflict(error.description);
  // On a replicated stream 10164 tells of another message in flight, perhaps our own: look before deciding again.
  if (error?.code === 400 && error.err_code !== 10164)
    return new PublishRefused(`${String(error.err_code)} ${error.description}`);
  if (error) return new OutcomeUnknown(`${String(error.err_code)} ${error.description}`);
  return seq ?? new OutcomeUnknown('an acknowledgement without a sequence');
};

/** Publishes and checks every acknowledgement; never retries. */
export class GuardedPublisher {
  constructor(
    private readonly inbox: SharedInbox,
    private readonly attemptMs: number,
  ) {}

  async publish(subject: string, message: EncodedMessage, expected: number | null): Promise<number> {
    const values = headers();
    for (const [name, value] of message.headers) values.set(name, value);
    if (expected !== null) values.set('Nats-Expected-Last-Subject-Sequence', String(expected));
    const outcome = await this.send(subject, { payload: message.payload, headers: values });
    if (typeof outcome === 'number') return outcome;
    throw outcome;
  }

  private async send(
    subject: string,
    { payload, headers: values }: { readonly payload: Uint8Array; readonly headers: ReturnType<typeof headers> },
  ): Promise<number | Error> {
    try {
      const answer = await this.inbox.ask({ subject, payload, headers: values, timeoutMs: this.attemptMs });
      return outcomeOf(answer);
    } catch (cause) {
      if (!(cause instanceof NotSent)) return new OutcomeUnknown('no acknowledgement', { cause });
      // Without a connection nothing was sent; with one, the message itself cannot be.
      return cause.cause === undefined
        ? new LogUnavailable(cause.message, { cause })
        : new PublishRefused(cause.message, { cause });
    }
  }
}
