import { LogBackend, OutcomeUnknown, type Feed, type FeedListener, type LastAsOf, type ReadLimit } from '@app/streams';
import type { EncodedCommit, EncodedMessage, RawMessage } from '@app/streams';

type Fault = (publish: () => Promise<number>) => Promise<number>;

/** A door that stays closed until it is opened. */
export class Gate {
  private readonly passed: Promise<void>;
  private pass = (): void => undefined;
  private arrived = (): void => undefined;
  /** Resolves once somebody stands before it. */
  readonly reached: Promise<void>;

  constructor() {
    this.passed = new Promise((resolve) => {
      this.pass = resolve;
    });
    this.reached = new Promise((resolve) => {
      this.arrived = resolve;
    });
  }

  open(): void {
    this.pass();
  }

  through(): Promise<void> {
    this.arrived();
    return this.passed;
  }
}

/** A backend whose next publishes go wrong in a chosen way; everything else is passed on. */
export class FaultyBackend extends LogBackend {
  private readonly faults: Fault[] = [];
  private readonly reads = new Map<'last' | 'readSubject', Gate>();
  private feedGate?: Gate;
  private held: (() => void)[] = [];
  /** Publishes attempted so far. */
  published = 0;
  /** Reads asked for so far. */
  asked = 0;

  constructor(private readonly inner: LogBackend) {
    super();
  }

  /** The next publish is stored, its acknowledgement never comes. */
  loseAck(): void {
    this.faults.push(async (publish) => {
      await publish();
      throw new OutcomeUnknown('lost by the test');
    });
  }

  /** The next publish never gets to the broker, and nobody knows. */
  loseMessage(): void {
    this.faults.push(() => Promise.reject(new OutcomeUnknown('lost by the test')));
  }

  /** The next publish waits until the gate opens. */
  holdPublish(): Gate {
    const gate = new Gate();
    this.faults.push(async (publish) => {
      await gate.through();
      return publish();
    });
    return gate;
  }

  /** The next publish is stored, its acknowledgement waits until the gate opens. */
  holdAck(): Gate {
    const gate = new Gate();
    this.faults.push(async (publish) => {
      const seq = await publish();
      await gate.through();
      return seq;
    });
    return gate;
  }

  /** The next such read is answered, its answer waits until the gate opens. */
  holdRead(kind: 'last' | 'readSubject'): Gate {
    const gate = new Gate();
    this.reads.set(kind, gate);
    return gate;
  }

  /** Keeps what the feed brings until the gate opens. */
  holdFeed(): Gate {
    const gate = new Gate();
    this.feedGate = gate;
    void gate.through().then(() => {
      this.feedGate = undefined;
      for (const deliver of this.held.splice(0)) deliver();
    });
    return gate;
  }

  override publish(subject: string, message: EncodedMessage, expected: number | null): Promise<number> {
    return this.maybe(() => this.inner.publish(subject, message, expected));
  }

  override publishBatch(subject: string, commit: EncodedCommit, expected: number): Promise<number> {
    return this.maybe(() => this.inner.publishBatch(subject, commit, expected));
  }

  override last(subject: string): Promise<RawMessage | undefined> {
    return this.answer('last', this.inner.last(subject));
  }

  override lastAsOf(subject: string, anchor: string): Promise<LastAsOf | undefined> {
    return this.answer('last', this.inner.lastAsOf(subject, anchor));
  }

  override get(seq: number): Promise<RawMessage | undefined> {
    this.asked += 1;
    return this.inner.get(seq);
  }

  override lastSeq(): Promise<number> {
    this.asked += 1;
    return this.inner.lastSeq();
  }

  override readSubject(subject: string, from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    return this.answer('readSubject', this.inner.readSubject(subject, from, limit));
  }

  override range(from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    this.asked += 1;
    return this.inner.range(from, limit);
  }

  override follow(from: number, listener: FeedListener): Promise<Feed> {
    return this.inner.follow(from, {
      onLive: (live) => {
        listener.onLive(live);
      },
      onMessage: (message) => {
        if (this.feedGate || this.held.length > 0) this.held.push(() => listener.onMessage(message));
        else listener.onMessage(message);
      },
    });
  }

  override purge(subject: string, below: number): Promise<void> {
    return this.inner.purge(subject, below);
  }

  override close(): Promise<void> {
    return this.inner.close();
  }

  private maybe(publish: () => Promise<number>): Promise<number> {
    this.published += 1;
    const fault = this.faults.shift();
    return fault ? fault(publish) : publish();
  }

  private async answer<T>(kind: 'last' | 'readSubject', answer: Promise<T>): Promise<T> {
    this.asked += 1;
    const gate = this.reads.get(kind);
    this.reads.delete(kind);
    const found = await answer;
    await gate?.through();
    return found;
  }
}
