import { setTimeout as sleep } from 'node:timers/promises';
import { encodeCommit } from '../codec/pieces.js';
import {
  Backpressure,
  DeadlineExceeded,
  type Command,
  type Decision,
  type StreamRef,
  type StreamView,
} from '../port/command.js';
import { GuardConflict, LogUnavailable, OutcomeUnknown, PublishRefused } from '../port/log-backend.js';
import type { EncodedCommit } from '../port/message.js';
import { Contended } from '../port/log.js';
import { Group } from './group.js';
import { OldFacts, reasonOf } from './old-facts.js';
import { attempt, expire, replay, type Pending } from './pending.js';
import type { ProducerQuery } from './producer-search.js';
import type { AggregateTail } from './tail.js';
import type { Place } from './commit-place.js';
import type { FoundUnit } from './unit-search.js';
import { viewBefore } from './view-before.js';
import { SuccessorGone, type WriterContext } from './writer-context.js';

// More than any client keeps open towards one stream; beyond it waiting only hides the overload.
const QUEUE_LIMIT = 10_000;

interface Settled<S> {
  readonly pending: Pending<S>;
  /** Its units are in the group. */
  readonly writes: boolean;
  readonly answer: (seq: number, group: Group<S>) => void;
}

/**
 * The one writer of a stream in this process: takes all waiting commands, decides each in order, writes one message,
 * answers when the broker confirmed it. Whoever else writes the same stream is noticed by the guard.
 */
export class StreamWriter<S> {
  private queue: Pending<S>[] = [];
  private running = false;
  /** After a definite refusal that many commands go one by one, so that only the one at fault fails. */
  private oneByOne = 0;
  /** Sequence of the newest message of ours on the stream. */
  private own?: number;
  /** When a message of somebody else was last seen between ours. */
  private foreignAt = -Infinity;
  /** Made when something old is asked for the first time: most writers live for one message. */
  private oldFacts?: OldFacts<S>;

  constructor(
    private readonly stream: StreamRef<S>,
    private readonly context: WriterContext,
    private readonly idle: () => void,
  ) {}

  submit<R>(command: Command<S, R>): Promise<R> {
    if (this.queue.length + (this.oldFacts?.size ?? 0) >= QUEUE_LIMIT)
      return Promise.reject(new Backpressure('too many requests wait for this stream'));
    return new Promise<R>((resolve, reject) => {
      this.queue.push({
        command: command,
        resolve: resolve as (result: unknown) => void,
        reject,
        // Nobody else can have written an id that was minted for this very submission.
        searched: command.copies === 'nowhere' ? Number.MAX_SAFE_INTEGER : command.since,
        arrived: this.context.tails.tick(),
      });
      if (!this.running) void this.run();
    });
  }

  private get old(): OldFacts<S> {
    this.oldFacts ??= new OldFacts(this.context, {
      replay: (pending, found) => this.replay(pending, found),
      back: (pending) => {
        // Those of an earlier question may still wait here, and nobody overtakes them.
        this.queue = [...pending, ...this.queue].sort((a, b) => a.arrived - b.arrived);
        if (!this.running) void this.run();
      },
    });
    return this.oldFacts;
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.queue.length > 0) {
      await this.context.turnEnd.come();
      this.dropExpired();
      try {
        await this.commitOnce();
      } catch (error) {
        this.failAll(error);
      }
    }
    this.running = false;
    if (!this.oldFacts?.size) this.idle();
  }

  /** Waits for nothing before the message is sent when the tail is in memory and nothing old is asked for. */
  private async commitOnce(): Promise<void> {
    if (this.mustLeaveRoom()) await sleep(this.context.timing.roomMs);
    const tail = this.assumedAbsent() ?? this.context.knownTail(this.stream) ?? (await this.context.tail(this.stream));
    if (this.queue.some(({ searched }) => searched < tail.seq)) await this.search(tail);
    if (this.queue.some(({ command }) => command.producer !== undefined)) await this.old.follow(this.queue, tail);
    if (this.queue.length === 0) return;
    const group = new Group<S>(this.stream.aggregate, tail);
    const settled = this.decide(group, tail);
    if (settled.length === 0) return;
    if (group.size === 0) await this.answerWithoutWriting(tail, settled, group);
    else await this.write(tail, settled, group);
  }

  /**
   * A command that creates its stream is decided without looking whether there is one: the guard finds out, and saves
   * everybody else a question. Who met a conflict looks.
   */
  private assumedAbsent(): AggregateTail<S> | undefined {
    const [first] = this.queue;
    if (!first?.command.creates || first.firstConflict !== undefined) return undefined;
    if (this.context.tails.cached(this.stream.subject)) return undefined;
    return { seq: 0, state: this.stream.aggregate.initial, cold: undefined };
  }

  /** Answers commands whose unit is in the log already, and puts aside those for which that takes a search. */
  private async search(tail: AggregateTail<S>): Promise<void> {
    const unsearched = new Set(this.queue.filter(({ searched }) => searched < tail.seq));
    if (unsearched.size === 0) return;
    const { subject } = this.stream;
    const foreign = this.context.own.since(subject, tail.seq);
    const until = ({ command }: Pending<S>): number => (command.copies === 'elsewhere' ? foreign : tail.seq);
    await this.context.followed(
      Math.max(0, ...[...unsearched].filter((each) => each.searched < until(each)).map(until)),
    );
    const { units } = this.context;
    const replays: (readonly [Pending<S>, FoundUnit])[] = [];
    for (const pending of unsearched) {
      const { searched, command } = pending;
      const found = searched < until(pending) ? units.recent(subject, command, searched) : undefined;
      if (found) replays.push([pending, found]);
      else if (searched >= until(pending) || units.isRecent(searched)) {
        pending.searched = tail.seq;
        unsearched.delete(pending);
      } else this.old.searchUnit(pending, { ...this.query(tail), tail: until(pending) });
    }
    this.queue = this.queue.filter((pending) => !unsearched.has(pending));
    for (const [pending, found] of replays) {
      try {
        await this.replay(pending, found);
      } catch (error) {
        pending.reject(reasonOf(error));
      }
    }
  }

  private async replay(pending: Pending<S>, found: FoundUnit): Promise<void> {
    const offset = await this.context.offsetOf(found);
    const before = (): Promise<StreamView<S>> => viewBefore(this.context.tails, this.stream.aggregate, found);
    replay(pending, { ...found, offset, before });
  }

  private query({ seq, after }: AggregateTail<S>): ProducerQuery {
    return { subject: this.stream.subject, incarnation: after?.incarnation ?? 0, tail: seq };
  }

  /** Takes commands into the group, in order; `tail`: what they must have been searched up to. */
  private decide(group: Group<S>, tail: AggregateTail<S>): Settled<S>[] {
    const settled: Settled<S>[] = [];
    const left: Pending<S>[] = [];
    for (const [index, pending] of this.queue.entries()) {
      // Who came during the search was not searched for.
      if (group.full || (this.oneByOne > 0 && group.size > 0) || pending.searched < tail.seq) {
        left.push(...this.queue.slice(index));
        break;
      }
      // A second copy of a command of this group finds the first one in the log, or is decided when that was refused.
      if (group.has(pending.command.id)) left.push(pending);
      else if (pending.command.producer !== undefined && !this.old.knows(pending, group.producers, this.query(tail)))
        this.old.lookUpProducer(pending, this.query(tail));
      else {
        const size = group.size;
        const answer = this.decideOne(pending, group);
        if (!answer) {
          left.push(...this.queue.slice(index));
          break;
        }
        settled.push({ pending, answer, writes: group.size > size });
      }
    }
    this.queue = left;
    return settled;
  }

  /** Undefined: it needs a message of its own, which comes after this group. */
  private decideOne(pending: Pending<S>, group: Group<S>): Settled<S>['answer'] | undefined {
    const { command } = pending;
    const view = group.view(command.producer);
    let decision: Decision<S, unknown>;
    try {
      decision = command.decide(view);
    } catch (error) {
      return () => {
        pending.reject(error);
      };
    }
    switch (decision.kind) {
      case 'append': {
        if (group.size > 0 && Group.takesAlone(decision)) return undefined;
        const { result } = decision;
        const count = decision.units.length;
        const first = group.add(command, decision);
        return (seq, committed) => {
          attempt(pending, () => result(committed.committed(seq, first, count)));
        };
      }
      case 'nothing': {
        const { result } = decision;
        return () => {
          attempt(pending, () => result(view));
        };
      }
      case 'refuse': {
        const { error } = decision;
        return () => {
          pending.reject(error);
        };
      }
    }
  }

  /** No-ops and refusals leave only when the tail they were decided on is confirmed to be the newest. */
  private async answerWithoutWriting(
    tail: AggregateTail<S>,
    settled: readonly Settled<S>[],
    group: Group<S>,
  ): Promise<void> {
    const newest = Math.max(...settled.map(({ pending }) => pending.arrived));
    let confirmed: boolean;
    try {
      confirmed = await this.context.confirm(this.stream.subject, tail, newest);
    } catch (error) {
      for (const { pending } of settled) pending.reject(error);
      return;
    }
    if (!confirmed) {
      this.again(settled);
      return;
    }
    for (const { answer } of settled) answer(tail.seq, group);
  }

  private async write(tail: AggregateTail<S>, settled: readonly Settled<S>[], group: Group<S>): Promise<void> {
    let commit: EncodedCommit;
    try {
      commit = encodeCommit(group.draft());
    } catch (error) {
      this.refused(settled, error);
      return;
    }
    const { tails } = this.context;
    const { subject } = this.stream;
    const startedAt = tails.tick();
    try {
      const seq = await this.publish(commit, tail.seq, settled);
      if (seq === 'conflict') {
        await this.conflict(settled, tail.seq);
        return;
      }
      if (seq === 'unsent') {
        await this.unsent(settled);
        return;
      }
      this.oneByOne = Math.max(0, this.oneByOne - 1);
      tails.stored(subject, group.tailAt(seq, seq - commit.length + 1), startedAt);
      this.context.own.add(subject, tail.seq, seq);
      this.context.contests.won(subject);
      if (this.own !== undefined && tail.seq !== this.own) this.foreignAt = this.context.clock.now();
      this.own = seq;
      for (const { answer } of settled) answer(seq, group);
    } catch (error) {
      tails.forget(subject);
      if (error instanceof PublishRefused) this.refused(settled, error);
      else for (const { pending } of settled) pending.reject(error);
    }
  }

  /**
   * Sends the same bytes until the outcome is known. Resolves to the sequence, to `conflict` when somebody else's message
   * follows `expected`, or to `unsent` when there was no connection to begin with; rejects with DeadlineExceeded when the
   * outcome stayed unknown.
   */
  private async publish(
    commit: EncodedCommit,
    expected: number,
    settled: readonly Settled<S>[],
  ): Promise<number | 'conflict' | 'unsent'> {
    const { clock, timing, replicated } = this.context;
    const started = clock.now();
    const before = this.context.position();
    let uncertain = false;
    for (;;) {
      try {
        return await this.context.publish(this.stream.subject, commit, expected);
      } catch (error) {
        // Of several brokers, one that no longer leads may say so of a message that the leader takes.
        if (error instanceof GuardConflict && !uncertain && !replicated) return 'conflict';
        const lost = error instanceof GuardConflict || error instanceof OutcomeUnknown;
        if (!lost && !(error instanceof LogUnavailable)) throw error;
        // Without a connection nothing was sent: that alone leaves no doubt.
        if (!lost && !uncertain) return 'unsent';
        uncertain = true;
        for (const { pending } of settled) pending.uncertain = true;
      }
      const place = await this.place(commit, expected, before);
      if (place !== undefined) return place === 'taken' ? 'conflict' : place;
      this.dropExpired();
      for (const { pending } of settled) if (pending.command.deadline <= clock.now()) expire(pending);
      if (clock.now() - started > timing.unknownMs) throw new DeadlineExceeded(true);
      await sleep(timing.resendMs);
    }
  }

  /** Decided anew once there may be a connection, without those whose deadline has passed: they were told so. */
  private async unsent(settled: readonly Settled<S>[]): Promise<void> {
    const { clock, timing } = this.context;
    const now = clock.now();
    const waiting = settled.filter(({ pending }) => {
      pending.firstUnsent ??= now;
      if (now - pending.firstUnsent <= timing.unknownMs) return true;
      pending.reject(new LogUnavailable('no connection to the log'));
      return false;
    });
    this.again(waiting);
    await sleep(timing.resendMs);
  }

  /** Undefined also when nobody answered: then the same bytes are sent again. */
  private async place(commit: EncodedCommit, expected: number, before: number): Promise<Place> {
    try {
      return await this.context.place(this.stream.subject, commit, expected, before);
    } catch (error) {
      if (error instanceof SuccessorGone) throw new DeadlineExceeded(true);
      return undefined;
    }
  }

  /** Somebody else writes the stream too: he must find a moment between two of our groups to read it and write. */
  private mustLeaveRoom(): boolean {
    const { clock, timing } = this.context;
    const shared = clock.now() - this.foreignAt < timing.sharedMs;
    return shared && this.queue.every(({ firstConflict }) => firstConflict === undefined);
  }

  private async conflict(settled: readonly Settled<S>[], expected: number): Promise<void> {
    const { clock, timing } = this.context;
    const now = clock.now();
    this.foreignAt = now;
    this.context.contests.lost(this.stream.subject);
    const again = settled.filter(({ pending }) => {
      pending.firstConflict ??= now;
      // Somebody else's message is where ours would be, so ours is not there and never will be.
      pending.uncertain = false;
      if (now - pending.firstConflict <= timing.conflictMs) return true;
      pending.reject(new Contended('too many writers on this stream'));
      return false;
    });
    this.again(again);
    await this.context.tails.overtaken(this.stream.subject, expected);
  }

  private refused(settled: readonly Settled<S>[], error: unknown): void {
    const writing = settled.filter(({ writes }) => writes);
    if (writing.length > 1) {
      this.oneByOne = writing.length;
      this.again(settled);
      return;
    }
    this.oneByOne = Math.max(0, this.oneByOne - 1);
    for (const { pending } of writing) pending.reject(error);
    this.again(settled.filter(({ writes }) => !writes));
  }

  private again(settled: readonly Settled<S>[]): void {
    this.queue = [...settled.map(({ pending }) => pending), ...this.queue];
  }

  private dropExpired(): void {
    const now = this.context.clock.now();
    if (this.queue.every(({ command }) => command.deadline > now)) return;
    for (const pending of this.queue) if (pending.command.deadline <= now) expire(pending);
    this.queue = this.queue.filter(({ command }) => command.deadline > now);
  }

  private failAll(error: unknown): void {
    const failed = this.queue;
    this.queue = [];
    const reason = reasonOf(error);
    for (const { reject } of failed) reject(reason);
  }
}
