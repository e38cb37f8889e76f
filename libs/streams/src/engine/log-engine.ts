import { DeadlineExceeded, type Command, type StreamRef, type UnitDraft } from '../port/command.js';
import { LogUnavailable, OutcomeUnknown, type LogBackend, type ReadLimit } from '../port/log-backend.js';
import {
  Log,
  StreamAbsent,
  type Entry,
  type HistoryStore,
  type LargeEntry,
  type LogCursor,
  type MessageSlice,
  type Moment,
  type StreamEnd,
  type StreamSlice,
  type StreamSnapshot,
  type TailListener,
} from '../port/log.js';
import type { LogIndex } from '../port/log-index.js';
import type { LogMessage } from '../port/message.js';
import type { Offset } from '../port/offset.js';
import { Barrier } from './barrier.js';
import { FeedCursor } from './cursor.js';
import { entriesOf } from './entries.js';
import { ListeningClock } from './listening-clock.js';
import { LogFeed } from './log-feed.js';
import { OwnWrites } from './own-writes.js';
import { StreamReader } from './reader.js';
import { plainMessage } from './plain-message.js';
import { purgeBelow } from './purge.js';
import { RecentLog, type RecentLimits } from './recent-log.js';
import { StreamWriter } from './stream-writer.js';
import { endOf, snapshotOf } from './tail.js';
import { tailSource } from './tail-source.js';
import { Tails, type StateBytes, type TailLimits } from './tails.js';
import { ENGINE_TIMING, type EngineTiming } from './timing.js';
import { WriterContext, type EngineClock } from './writer-context.js';

export interface EngineOptions {
  readonly clock?: EngineClock;
  readonly timing?: Partial<EngineTiming>;
  /** How much of the newest log is kept in memory. */
  readonly recent?: RecentLimits;
  /** Of which streams the tail is kept in memory. */
  readonly tails?: Partial<TailLimits>;
  /** Default: nothing beside hot and cold. */
  readonly stateBytes?: StateBytes;
  readonly history?: HistoryStore;
  /** Finds what is older than the recent messages; without one, streams are read for it. */
  readonly index?: LogIndex;
  /** Of the log on several brokers: the subject of barriers, which are messages there (see Barrier). */
  readonly barrierSubject?: string;
}

export interface HeldInMemory {
  readonly recent: RecentLimits;
  readonly tails: TailLimits;
  /** Streams that are being written. */
  readonly writers: number;
}

const RECENT: RecentLimits = { messages: 10_000, bytes: 32 * 1024 * 1024 };
const TAILS: TailLimits = { streams: 20_000, bytes: 16 * 1024 * 1024 };
const CHECK_MS = 5_000;
const FACT_ATTEMPTS_MS = 5_000;

const within = <T>(ms: number, clock: ListeningClock, answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const settle = clock.after(ms, () => {
      reject(new LogUnavailable(`no answer of the log within ${String(ms)} ms`));
    });
    answer.then(resolve, reject).then(settle, settle);
  });

/** The log of one process over a backend: writers, tails, one feed, barriers, readers. */
export class LogEngine extends Log {
  private readonly writers = new Map<string, StreamWriter<never>>();
  private readonly barriers: Barrier;
  private readonly tails: Tails;
  private readonly context: WriterContext;
  private readonly reader: StreamReader;
  private readonly clock: EngineClock;
  private readonly timing: EngineTiming;
  private readonly replicated: boolean;
  private readonly barrierSubject: string | undefined;
  private checks?: NodeJS.Timeout;
  private idle?: () => void;
  private closing = false;
  /** Of the barriers that were passed, when the one was asked for that was asked for last. */
  private passed: Moment = 0;

  private constructor(
    private readonly backend: LogBackend,
    private readonly feed: LogFeed,
    options: EngineOptions,
  ) {
    super();
    this.clock = options.clock ?? { now: () => Date.now() };
    this.timing = { ...ENGINE_TIMING, ...options.timing };
    const { barrierSubject } = options;
    this.barrierSubject = barrierSubject;
    this.replicated = barrierSubject !== undefined;
    this.barriers = new Barrier(backend, feed, barrierSubject, this.timing);
    const tails = { ...TAILS, ...options.tails };
    this.tails = new Tails(tailSource(backend, feed, this.barriers, barrierSubject), feed, tails, options.stateBytes);
    this.context = new WriterContext({
      backend,
      tails: this.tails,
      own: new OwnWrites(tails.streams),
      clock: this.clock,
      timing: this.timing,
      feed,
      barriers: this.barriers,
      replicated: this.replicated,
      barrier: () => this.barrier(),
      index: options.index,
    });
    this.reader = new StreamReader({
      backend,
      recent: feed.recent,
      history: options.history,
      message: (seq) => this.tails.message(seq),
    });
  }

  /** Ready once the feed flows. */
  static async open(backend: LogBackend, options: EngineOptions = {}): Promise<LogEngine> {
    const recent = new RecentLog(await backend.lastSeq(), options.recent ?? RECENT);
    const feed = new LogFeed(backend, recent, new ListeningClock());
    const engine = new LogEngine(backend, feed, options);
    await feed.start();
    if (engine.replicated)
      engine.checks = setInterval(() => void engine.barriers.check().catch(() => undefined), CHECK_MS).unref();
    return engine;
  }

  override submit<S, R>(stream: StreamRef<S>, command: Command<S, R>): Promise<R> {
    if (this.closing) return Promise.reject(new LogUnavailable('the process is stopping'));
    const { subject } = stream;
    let writer = this.writers.get(subject) as StreamWriter<S> | undefined;
    if (!writer) {
      writer = new StreamWriter(stream, this.context, () => {
        this.writers.delete(subject);
        if (this.writers.size === 0) this.idle?.();
      });
      this.writers.set(subject, writer as unknown as StreamWriter<never>);
    }
    return writer.submit(command);
  }

  override async appendFact(subject: string, id: string, fact: UnitDraft): Promise<number> {
    if (this.closing) throw new LogUnavailable('the process is stopping');
    const message = plainMessage(id, fact);
    const started = this.clock.now();
    const before = this.feed.position;
    let uncertain = false;
    for (;;) {
      try {
        return await this.barriers.publishUnguarded(subject, message);
      } catch (error) {
        uncertain ||= error instanceof OutcomeUnknown;
        if (!(error instanceof OutcomeUnknown || error instanceof LogUnavailable)) throw error;
        // A fact written twice folds to the same; one that may be missing must be sent again.
        if (this.clock.now() - started > FACT_ATTEMPTS_MS) throw uncertain ? new DeadlineExceeded(true) : error;
      }
      await new Promise((resolve) => setTimeout(resolve, this.timing.resendMs));
      const stored = uncertain ? await this.findFact(subject, id, before) : undefined;
      if (stored !== undefined) return stored;
    }
  }

  /** Spares most of the second copies; one whose acknowledgement is merely late can still get one. */
  private async findFact(subject: string, id: string, since: number): Promise<number | undefined> {
    await this.barrier().catch(() => undefined);
    return this.feed.recent.findUnit(subject, id, { keyed: false, since })?.message.seq;
  }

  override moment(): Moment {
    return this.tails.tick();
  }

  override async load<S>(stream: StreamRef<S>, since = this.tails.tick()): Promise<StreamSnapshot<S>> {
    const here = this.passed < since ? undefined : this.tails.known(stream);
    if (here) return snapshotOf(here);
    const { message } = await this.confirmed(stream.subject, since);
    return snapshotOf(await this.tails.folded(stream, message));
  }

  override message(seq: number): Promise<LogMessage | undefined> {
    return this.tails.message(seq);
  }

  override async barrier(): Promise<number> {
    const asked = this.tails.tick();
    const seq = await within(this.timing.barrierMs, this.feed.clock, this.barriers.pass());
    this.passed = Math.max(this.passed, asked);
    return seq;
  }

  override position(): number {
    return this.feed.position;
  }

  override contested(subject: string): boolean {
    return this.context.contests.on(subject);
  }

  override reached(seq: number): Promise<void> {
    return this.feed.reached(seq, this.timing.namedMs);
  }

  override async end(subject: string, since?: Moment): Promise<StreamEnd> {
    return endOf((await this.confirmed(subject, since)).tail);
  }

  override async read(subject: string, from: Offset, limit: ReadLimit, known?: StreamEnd): Promise<StreamSlice> {
    const end = known ?? (await this.end(subject));
    try {
      return await this.reader.slice(subject, from, limit, end);
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      // What is missing was perhaps purged, because the life that was read is over by now.
      const later = await this.end(subject);
      if (later.incarnation === end.incarnation) throw error;
      return this.reader.slice(subject, from, limit, later);
    }
  }

  override async messages(subject: string, position: number, limit: ReadLimit): Promise<MessageSlice> {
    const { seq: tail, after } = (await this.confirmed(subject)).tail;
    if (!after) throw new StreamAbsent(subject);
    const life = { subject, incarnation: after.incarnation };
    return { messages: await this.reader.messages(life, position, tail, limit), tail };
  }

  override entries(message: LogMessage, from?: Offset): readonly Entry[] {
    return entriesOf(message, from);
  }

  override large(message: LogMessage): LargeEntry | undefined {
    return this.reader.large(message);
  }

  override watch(subject: string, listener: TailListener): () => void {
    return this.feed.watch(subject, listener);
  }

  override cursor(position: number): LogCursor {
    return new FeedCursor(this.feed, this.backend, position, this.replicated);
  }

  override purge(subject: string, below: number, signal?: AbortSignal): Promise<void> {
    return purgeBelow(this.backend, subject, below, signal);
  }

  override async purgeBarriers(): Promise<void> {
    if (this.barrierSubject === undefined) return;
    const last = await this.backend.last(this.barrierSubject);
    if (last) await purgeBelow(this.backend, this.barrierSubject, last.seq);
  }

  override trouble(): string | undefined {
    return this.feed.trouble();
  }

  /** What of the log is in memory now. */
  held(): HeldInMemory {
    return { recent: this.feed.recent.held, tails: this.tails.held, writers: this.writers.size };
  }

  override async close(): Promise<void> {
    this.closing = true;
    if (this.writers.size > 0)
      await new Promise<void>((resolve) => {
        this.idle = resolve;
      });
    clearInterval(this.checks);
    await this.feed.stop();
    await this.backend.close();
  }

  /**
   * A tail that was the newest at some moment after `since`. A cold one comes from the only broker and needs no barrier; nor
   * does any, once a barrier of that time was passed: tails never miss what the feed has brought.
   */
  private async confirmed(subject: string, since = this.tails.tick()): ReturnType<Tails['look']> {
    if (this.passed < since) {
      const found = await this.tails.look(subject);
      if (this.tails.confirmedSince(subject, found.tail, since)) return found;
      await this.barrier();
    }
    return this.tails.look(subject);
  }
}
