import { LogUnavailable, OutcomeUnknown } from '../port/log-backend.js';
import type { Pending } from './pending.js';
import type { ProducerQuery } from './producer-search.js';
import type { ProducerBook } from './producers.js';
import { Sideline } from './sideline.js';
import type { Tail } from './tail.js';
import type { FoundUnit, UnitAnswer } from './unit-search.js';
import type { WriterContext } from './writer-context.js';

interface Aside<S> {
  readonly pending: Pending<S>;
  /** The stream as it was when the command was put aside. */
  readonly query: ProducerQuery;
}

export interface OldFactsWriter<S> {
  /** Answers a command whose unit was found. */
  replay(pending: Pending<S>, found: FoundUnit): Promise<void>;
  /** Gets the commands about which everything is known. */
  back(pending: readonly Pending<S>[]): void;
}

/** What the caller is told when something old could not be found out. */
export const reasonOf = (error: unknown): unknown =>
  error instanceof OutcomeUnknown ? new LogUnavailable('the log did not answer', { cause: error }) : error;

const idOf = <S>({ pending: { command } }: Aside<S>): string => command.producer ?? '';

/** Finds out for the commands of one stream what no longer is in memory; see `Sideline`. */
export class OldFacts<S> {
  private readonly units = new Sideline<Aside<S>>(
    (aside) => this.findUnits(aside),
    (aside) => this.goOn(aside),
  );
  private readonly producers = new Sideline<Aside<S>>(
    (aside) => this.findProducers(aside),
    (aside) => this.goOn(aside),
  );

  constructor(
    private readonly context: WriterContext,
    private readonly writer: OldFactsWriter<S>,
  ) {}

  /** Commands put aside. */
  get size(): number {
    return this.units.size + this.producers.size;
  }

  /** Producers that the state does not list are looked for in memory first, so their newest units must be there. */
  async follow(queue: readonly Pending<S>[], { after, seq }: Tail): Promise<void> {
    if (!after?.moreProducers || after.closed) return;
    const isListed = (id: string): boolean => after.producers.some((producer) => producer.id === id);
    if (queue.some(({ command: { producer } }) => producer !== undefined && !isListed(producer)))
      await this.context.followedSoon(seq);
  }

  /** Tells the book what the command's producer wrote last. False: it must be looked up. */
  knows({ command, producer, arrived }: Pending<S>, book: ProducerBook, query: ProducerQuery): boolean {
    const id = command.producer;
    if (id === undefined) return true;
    // Behind its own earlier requests, which may have been put aside once more.
    if (this.producers.some(({ pending }) => pending.command.producer === id && pending.arrived < arrived))
      return false;
    if (book.knows(id)) return true;
    const known = this.context.producers.recall(query, id, producer);
    if (known) book.learn(id, known.last);
    return known !== undefined;
  }

  /** Whether the command's unit is in the log already; then it is answered here. */
  searchUnit(pending: Pending<S>, query: ProducerQuery): void {
    this.units.add({ pending, query });
  }

  lookUpProducer(pending: Pending<S>, query: ProducerQuery): void {
    this.producers.add({ pending, query });
  }

  private goOn(aside: readonly Aside<S>[]): void {
    this.writer.back(aside.map(({ pending }) => pending));
  }

  private async findUnits(aside: readonly Aside<S>[]): Promise<readonly Aside<S>[]> {
    const keyed = aside.filter(({ pending }) => pending.command.keyed);
    const others = aside.filter(({ pending }) => !pending.command.keyed).map((each) => [each]);
    const left: Aside<S>[] = [];
    for (const group of [keyed, ...others]) if (group.length > 0) left.push(...(await this.unitsOf(group)));
    return left;
  }

  /** One question: either all of them are keyed, or there is only one. */
  private async unitsOf(aside: readonly Aside<S>[]): Promise<readonly Aside<S>[]> {
    const [first] = aside;
    if (!first) return [];
    return this.settled(aside, async () => {
      const answer = await this.context.units.old({
        subject: first.query.subject,
        ids: [...new Set(aside.map(({ pending }) => pending.command.id))],
        keyed: first.pending.command.keyed ?? false,
        since: Math.min(...aside.map(({ pending }) => pending.searched)),
        tail: Math.max(...aside.map(({ query }) => query.tail)),
        incarnation: Math.max(...aside.map(({ query }) => query.incarnation)),
      });
      const left: Aside<S>[] = [];
      for (const each of aside) if (!(await this.replayed(each, answer))) left.push(each);
      return left;
    });
  }

  private async replayed({ pending }: Aside<S>, { found, upTo }: UnitAnswer): Promise<boolean> {
    const unit = found.get(pending.command.id);
    if (unit) await this.writer.replay(pending, unit);
    else pending.searched = Math.max(pending.searched, upTo);
    return unit !== undefined;
  }

  private async findProducers(aside: readonly Aside<S>[]): Promise<readonly Aside<S>[]> {
    const lives = new Map<number, Aside<S>[]>();
    for (const each of aside) {
      const life = lives.get(each.query.incarnation);
      if (life) life.push(each);
      else lives.set(each.query.incarnation, [each]);
    }
    const left: Aside<S>[] = [];
    for (const life of lives.values()) left.push(...(await this.producersOf(life)));
    return left;
  }

  private async producersOf(life: readonly Aside<S>[]): Promise<readonly Aside<S>[]> {
    const newest = life.at(-1);
    if (!newest) return [];
    return this.settled(life, async () => {
      const known = await this.context.producers.old(newest.query, [...new Set(life.map(idOf))]);
      for (const each of life) each.pending.producer = known(idOf(each));
      return life;
    });
  }

  /** What could not be found out concerns only those who need it. */
  private async settled(
    aside: readonly Aside<S>[],
    find: () => Promise<readonly Aside<S>[]>,
  ): Promise<readonly Aside<S>[]> {
    try {
      return await find();
    } catch (error) {
      for (const { pending } of aside) pending.reject(reasonOf(error));
      return [];
    }
  }
}
