import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/nats-core';
import {
  LogBackend,
  LogUnavailable,
  type Feed,
  type FeedListener,
  type LastAsOf,
  type ReadLimit,
} from '../port/log-backend.js';
import type { EncodedCommit, EncodedMessage, RawMessage } from '../port/message.js';
import { GuardedPublisher } from './publisher.js';
import { PushFeed } from './push-feed.js';
import { fromDirect, fromDirectHeaders, fromStored, type StoredJson } from './raw-messages.js';
import { SharedInbox } from './shared-inbox.js';

const READ_TIMEOUT_MS = 2_000;
// Any replica answers, and the next attempt may meet one that is well.
const DIRECT_TIMEOUT_MS = 500;
// Purging goes through all of the log in which the subject has messages.
const PURGE_TIMEOUT_MS = 30_000;
const NO_MESSAGE = 10037;
const NOT_FOUND = 404;
const PAGE_ATTEMPTS = 4;
const PAGE_RETRY_MS = 25;
// To be sent this costs about as much as a second question.
const LARGE_BYTES = 16 * 1024;

interface PurgeAnswer {
  readonly success?: boolean;
  readonly error?: { readonly description: string };
}

interface GetAnswer {
  readonly message?: StoredJson;
  readonly error?: { readonly code: number; readonly err_code: number; readonly description: string };
}

interface InfoAnswer {
  readonly state?: { readonly last_seq: number };
  readonly error?: { readonly description: string };
}

/** Whether one broker keeps the log, or any of several may answer for it. */
export type Kept = 'by one' | 'by several';

/** One JetStream stream as the log. Reads that must be current go to the leader (`MSG.GET`), pages to any replica. */
export class JetStreamBackend extends LogBackend {
  private readonly inbox: SharedInbox;
  private readonly publisher: GuardedPublisher;
  private readonly feeds = new Set<PushFeed>();
  /** Of the newest message, if that is large: it is asked what follows, so that it is not sent with every answer. */
  private large?: number | undefined;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly stream: string,
    attemptMs: number,
    private readonly kept: Kept,
  ) {
    super();
    this.inbox = new SharedInbox(connection);
    this.publisher = new GuardedPublisher(this.inbox, attemptMs);
    // Ends with the connection.
    void this.followConnection().catch(() => undefined);
  }

  /** `attemptMs`: how long one publish waits for its acknowledgement. The connection stays the caller's. */
  static async open(
    connection: NatsConnection,
    stream: string,
    attemptMs: number,
    kept: Kept = 'by several',
  ): Promise<JetStreamBackend> {
    return new JetStreamBackend(connection, await jetstreamManager(connection), stream, attemptMs, kept);
  }

  override async publish(subject: string, message: EncodedMessage, expected: number | null): Promise<number> {
    const seq = await this.publisher.publish(subject, message, expected);
    this.noteSize(seq, message.payload);
    return seq;
  }

  override async publishBatch(subject: string, commit: EncodedCommit, expected: number): Promise<number> {
    const seq = await this.publisher.publishBatch(subject, commit, expected);
    this.noteSize(seq, commit.at(-1)?.payload);
    return seq;
  }

  override last(subject: string): Promise<RawMessage | undefined> {
    return this.newest({ last_by_subj: subject });
  }

  override async lastAsOf(subject: string, anchor: string): Promise<LastAsOf | undefined> {
    let parts: readonly Msg[];
    try {
      parts = await this.inbox.askForAll({
        subject: `$JS.API.DIRECT.GET.${this.stream}`,
        payload: JSON.stringify({ multi_last: [subject, anchor] }),
        timeoutMs: DIRECT_TIMEOUT_MS,
      });
    } catch (cause) {
      throw new LogUnavailable('the broker did not answer', { cause });
    }
    const end = parts.at(-1)?.headers;
    if (end?.code === NOT_FOUND) return undefined;
    if (end?.code !== 204) throw new LogUnavailable(`the broker answered ${String(end?.code)}`);
    const found = parts.find(({ headers }) => headers?.get('Nats-Subject') === subject);
    return { message: found && fromDirectHeaders(found), position: Number(end.get('Nats-UpTo-Sequence')) };
  }

  override get(seq: number): Promise<RawMessage | undefined> {
    return this.newest({ seq });
  }

  override async lastSeq(): Promise<number> {
    if (this.kept === 'by several') return this.lastSeqOfLeader();
    const { large } = this;
    if (large !== undefined && !(await this.newest({ seq: large + 1, next_by_subj: '>' }))) return large;
    const newest = await this.newest({ last_by_subj: '>' });
    const seq = newest?.seq ?? 0;
    this.large = undefined;
    this.noteSize(seq, newest?.payload);
    return seq;
  }

  /** Of several brokers, one that no longer leads may lack the message and what follows it; they are asked otherwise. */
  private noteSize(seq: number, payload: Uint8Array | undefined): void {
    if (payload === undefined || payload.length <= LARGE_BYTES || this.kept !== 'by one') return;
    if (this.large === undefined || this.large < seq) this.large = seq;
  }

  override readSubject(subject: string, from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    return this.page(subject, from, limit);
  }

  override range(from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    return this.page('>', from, limit);
  }

  override async follow(from: number, listener: FeedListener): Promise<Feed> {
    const noting: FeedListener = {
      onMessage: (message) => {
        this.noteSize(message.seq, message.payload);
        listener.onMessage(message);
      },
      onLive: (live) => {
        listener.onLive(live);
      },
    };
    const feed = new PushFeed(this.connection, this.stream, Math.max(from, 1), noting);
    this.feeds.add(feed);
    await feed.start();
    return {
      renew: () => {
        feed.restart();
      },
      stop: () => {
        this.feeds.delete(feed);
        return feed.stop();
      },
    };
  }

  override async purge(subject: string, below: number): Promise<void> {
    let answer: PurgeAnswer;
    try {
      const reply = await this.inbox.ask({
        subject: `$JS.API.STREAM.PURGE.${this.stream}`,
        payload: JSON.stringify({ filter: subject, seq: below }),
        timeoutMs: PURGE_TIMEOUT_MS,
      });
      answer = reply.json<PurgeAnswer>();
    } catch (cause) {
      throw new LogUnavailable('the broker did not answer', { cause });
    }
    if (!answer.success) throw new LogUnavailable(answer.error?.description ?? 'the broker did not purge');
  }

  override async close(): Promise<void> {
    this.inbox.close();
    await Promise.all([...this.feeds].map((feed) => feed.stop()));
  }

  /** What is there now. The only broker may be asked directly, which takes it half the time. */
  private newest(query: object): Promise<RawMessage | undefined> {
    return this.kept === 'by one' ? this.direct(query) : this.fromLeader(query);
  }

  private async direct(query: object): Promise<RawMessage | undefined> {
    let answer: Msg;
    try {
      answer = await this.inbox.ask({
        subject: `$JS.API.DIRECT.GET.${this.stream}`,
        payload: JSON.stringify(query),
        timeoutMs: READ_TIMEOUT_MS,
      });
    } catch (cause) {
      throw new LogUnavailable('the broker did not answer', { cause });
    }
    const code = answer.headers?.code ?? 0;
    if (code === NOT_FOUND) return undefined;
    if (code !== 0) throw new LogUnavailable(`the broker answered ${String(code)}`);
    return fromDirectHeaders(answer);
  }

  /** Asked for its newest message, the leader would send all of it. */
  private async lastSeqOfLeader(): Promise<number> {
    const { state, error } = await this.askLeader<InfoAnswer>('INFO', '');
    if (!state) throw new LogUnavailable(error?.description ?? 'the broker said nothing of the log');
    return state.last_seq;
  }

  private async fromLeader(query: object): Promise<RawMessage | undefined> {
    const answer = await this.askLeader<GetAnswer>('MSG.GET', JSON.stringify(query));
    if (answer.error?.err_code === NO_MESSAGE) return undefined;
    if (!answer.message) throw new LogUnavailable(answer.error?.description ?? 'the broker gave no message');
    return fromStored(answer.message);
  }

  private async askLeader<Answer>(what: 'INFO' | 'MSG.GET', payload: string): Promise<Answer> {
    try {
      const reply = await this.inbox.ask({
        subject: `$JS.API.STREAM.${what}.${this.stream}`,
        payload,
        timeoutMs: READ_TIMEOUT_MS,
      });
      return reply.json<Answer>();
    } catch (cause) {
      throw new LogUnavailable('the broker did not answer', { cause });
    }
  }

  /** A replica that is behind says "nothing there", as one does that knows; a moment later most have caught up. */
  private async page(subject: string, from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    for (let attempt = 1; ; attempt += 1) {
      const messages = await this.pageOnce(subject, from, limit);
      if (messages.length > 0 || attempt === PAGE_ATTEMPTS) return messages;
      await new Promise((resolve) => setTimeout(resolve, PAGE_RETRY_MS));
    }
  }

  private async pageOnce(subject: string, from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    try {
      const batch = await this.manager.direct.getBatch(this.stream, {
        seq: Math.max(from, 1),
        next_by_subj: subject,
        batch: Math.min(limit.messages, 1_000),
        max_bytes: Math.min(limit.bytes, 4 * 1024 * 1024),
      });
      const messages: RawMessage[] = [];
      for await (const message of batch) messages.push(fromDirect(message));
      return messages;
    } catch (cause) {
      // As an error of the API or as a status, depending on when it is found out.
      if (cause instanceof Error && 'code' in cause && cause.code === NOT_FOUND) return [];
      throw new LogUnavailable('the broker did not deliver a page', { cause });
    }
  }

  private async followConnection(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect') {
        this.inbox.connectionChanged(false);
        for (const feed of this.feeds) feed.disconnected();
      } else if (type === 'reconnect') {
        this.inbox.connectionChanged(true);
        for (const feed of this.feeds) feed.restart();
      }
    }
  }
}
