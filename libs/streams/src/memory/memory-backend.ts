import {
  GuardConflict,
  LogBackend,
  LogUnavailable,
  PublishRefused,
  type Feed,
  type FeedListener,
  type LastAsOf,
  type ReadLimit,
} from '../port/log-backend.js';
import type { EncodedCommit, EncodedMessage, RawMessage } from '../port/message.js';

/** What several backends share when they stand for several processes on one broker. */
export class MemoryBroker {
  /** By sequence less one; undefined: purged. */
  readonly messages: (RawMessage | undefined)[] = [];
  readonly lastOf = new Map<string, RawMessage>();
  readonly listeners = new Set<(message: RawMessage) => void>();

  store(subject: string, { headers, payload }: EncodedMessage): RawMessage {
    const message: RawMessage = {
      subject,
      seq: this.messages.length + 1,
      time: Date.now(),
      headers: Object.fromEntries(headers),
      payload,
    };
    this.messages.push(message);
    this.lastOf.set(subject, message);
    for (const listener of this.listeners) listener(message);
    return message;
  }
}

const later = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

// What the broker refuses, so that tests on this log meet the same limits.
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_PAYLOAD_BYTES = (8 * 1024 + 192) * 1024;

const sizeOf = (headers: EncodedMessage['headers']): number =>
  headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);

const isTooLarge = ({ headers, payload }: EncodedMessage): boolean =>
  sizeOf(headers) > MAX_HEADER_BYTES || payload.length > MAX_PAYLOAD_BYTES;

const limited = (messages: Iterable<RawMessage>, limit: ReadLimit): readonly RawMessage[] => {
  const page: RawMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    if (page.length > 0 && (page.length >= limit.messages || bytes >= limit.bytes)) break;
    page.push(message);
    bytes += message.payload.length;
  }
  return page;
};

/** The log in this process's memory: same promises as JetStream, nothing survives the process. */
export class MemoryBackend extends LogBackend {
  private closed = false;

  constructor(private readonly broker: MemoryBroker = new MemoryBroker()) {
    super();
  }

  override async publish(subject: string, message: EncodedMessage, expected: number | null): Promise<number> {
    return this.store(subject, [message], expected);
  }

  override async publishBatch(subject: string, commit: EncodedCommit, expected: number): Promise<number> {
    return this.store(subject, commit, expected);
  }

  override async last(subject: string): Promise<RawMessage | undefined> {
    await this.turn();
    return this.broker.lastOf.get(subject);
  }

  override async lastAsOf(subject: string): Promise<LastAsOf> {
    return { message: await this.last(subject), position: this.broker.messages.length };
  }

  override async get(seq: number): Promise<RawMessage | undefined> {
    await this.turn();
    return this.broker.messages[seq - 1];
  }

  override async lastSeq(): Promise<number> {
    await this.turn();
    return this.broker.messages.length;
  }

  override async readSubject(subject: string, from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    await this.turn();
    return limited(
      this.since(from).filter((message) => message.subject === subject),
      limit,
    );
  }

  override async range(from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    await this.turn();
    return limited(this.since(from), limit);
  }

  override follow(from: number, listener: FeedListener): Promise<Feed> {
    const deliver = (message: RawMessage): void => {
      setImmediate(() => {
        if (this.broker.listeners.has(deliver)) listener.onMessage(message);
      });
    };
    for (const message of this.since(from)) deliver(message);
    this.broker.listeners.add(deliver);
    listener.onLive(true);
    return Promise.resolve({
      renew: () => undefined,
      stop: () => {
        this.broker.listeners.delete(deliver);
        return Promise.resolve();
      },
    });
  }

  override async purge(subject: string, below: number): Promise<void> {
    await this.turn();
    const { messages, lastOf } = this.broker;
    for (let at = 0; at < Math.min(below - 1, messages.length); at += 1)
      if (messages[at]?.subject === subject) messages[at] = undefined;
    if ((lastOf.get(subject)?.seq ?? below) < below) lastOf.delete(subject);
  }

  override close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  private async store(subject: string, commit: EncodedCommit, expected: number | null): Promise<number> {
    await this.turn();
    if (commit.some(isTooLarge)) throw new PublishRefused('the message is too large');
    const last = this.broker.lastOf.get(subject)?.seq ?? 0;
    if (expected !== null && last !== expected)
      throw new GuardConflict(`expected ${String(expected)} on ${subject}, found ${String(last)}`);
    for (const message of commit) this.broker.store(subject, message);
    return this.broker.messages.length;
  }

  private since(from: number): RawMessage[] {
    return this.broker.messages.slice(Math.max(0, from - 1)).filter((message) => message !== undefined);
  }

  private async turn(): Promise<void> {
    await later();
    if (this.closed) throw new LogUnavailable('the log is closed');
  }
}
