import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Log, Producer } from '@app/streams';
import { diaryOn, readItems, say } from '../diary.js';
import type { IndexContract } from './indexed-world.js';
import { FORGETFUL, ids } from '../log-contract/contract-context.js';
import { nameOf, textOf, told, tryToProduce } from './producing.js';

const PRODUCERS = 60;

type Kind = 'next' | 'again' | 'long ago' | 'gap' | 'new epoch' | 'old epoch' | 'wrong start';

interface Request {
  readonly who: number;
  readonly kind: Kind;
}

type Step =
  | { readonly do: 'write'; readonly requests: readonly Request[] }
  | { readonly do: 'restart' | 'everybody writes' | 'delete' | 'pause' | 'resume' | 'take away' | 'bring back' };

const requests = fc.record<Request>({
  who: fc.nat(PRODUCERS - 1),
  kind: fc.constantFrom<Kind[]>('next', 'next', 'again', 'long ago', 'gap', 'new epoch', 'old epoch', 'wrong start'),
});

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(requests, { maxLength: 50 }).map((wanted): Step => ({ do: 'write', requests: wanted })),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'everybody writes' }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Exclude<Step['do'], 'write'>[]>('restart', 'delete', 'pause', 'resume', 'take away', 'bring back')
      .map((what): Step => ({ do: what })),
  },
);

/** What the protocol says, with a memory without end. */
class Model {
  private known = new Map<string, Producer>();
  accepted: string[] = [];

  request({ who, kind }: Request): Producer {
    const id = nameOf(who);
    const { epoch, seq } = this.known.get(id) ?? { epoch: 0, seq: -1 };
    const at = (e: number, s: number): Producer => ({ id, epoch: Math.max(0, e), seq: Math.max(0, s) });
    switch (kind) {
      case 'next':
        return at(epoch, seq + 1);
      case 'again':
        return at(epoch, seq);
      case 'long ago':
        return at(epoch, 0);
      case 'gap':
        return at(epoch, seq + 3);
      case 'new epoch':
        return at(epoch + 1, 0);
      case 'old epoch':
        return at(epoch - 1, 0);
      case 'wrong start':
        return at(epoch + 1, 1);
    }
  }

  answer(producer: Producer): string {
    const { id, epoch, seq } = producer;
    const last = this.known.get(id);
    const gap = (expected: number): string =>
      told({ kind: 'refuse', refusal: { reason: 'sequence-gap', expected, received: seq } });
    if (last && epoch < last.epoch) return `stale, epoch is ${String(last.epoch)}`;
    if (last && epoch > last.epoch && seq > 0) return 'epoch-must-start-at-zero';
    if (last?.epoch === epoch && seq <= last.seq) return `duplicate of ${String(epoch)}/${String(last.seq)}`;
    const expected = last?.epoch === epoch ? last.seq + 1 : 0;
    return seq === expected ? 'accepted' : gap(expected);
  }

  accept(producer: Producer): void {
    this.known.set(producer.id, producer);
    this.accepted.push(textOf(producer));
  }

  newLife(): void {
    this.known = new Map();
    this.accepted = [];
  }

  everybody(): readonly Producer[] {
    return [...this.known.values()];
  }
}

/** Takes the steps on a stream and holds every answer against the model. */
class Walk {
  readonly model = new Model();

  constructor(
    private readonly contract: IndexContract,
    private readonly subject: string,
    private log: Log,
  ) {}

  async step(step: Step): Promise<void> {
    const world = this.contract.world();
    switch (step.do) {
      case 'write':
        return this.write(step.requests);
      case 'everybody writes':
        return this.write(Array.from({ length: PRODUCERS }, (_, who) => ({ who, kind: 'next' })));
      case 'restart':
        await this.contract.leave();
        this.log = (await this.contract.join(OPTIONS)).log;
        return;
      case 'delete':
        return this.newLife();
      case 'pause':
        return world.pause();
      case 'resume':
        return world.resume();
      case 'take away':
        return world.takeAway();
      case 'bring back':
        return world.bringBack();
    }
  }

  /** All at once: the requests of one producer are answered in their order. */
  async write(wanted: readonly Request[]): Promise<void> {
    const sent = wanted.map((request) => this.model.request(request));
    await this.send(sent);
  }

  async send(sent: readonly Producer[]): Promise<readonly string[]> {
    const answers = await Promise.all(
      sent.map(({ id, epoch, seq }) => tryToProduce(this.log, this.subject, id, [epoch, seq])),
    );
    sent.forEach((producer, n) => {
      if (answers[n] === 'unavailable') return;
      expect(`${textOf(producer)}: ${String(answers[n])}`).toBe(`${textOf(producer)}: ${this.model.answer(producer)}`);
      if (answers[n] === 'accepted') this.model.accept(producer);
    });
    return answers;
  }

  /** Nobody is unknown in the end, and what was accepted is there, once. */
  async end(): Promise<void> {
    let left = this.model.everybody();
    while (left.length > 0) {
      const asked = left;
      const answers = await this.send(asked);
      left = asked.filter((_, n) => answers[n] === 'unavailable');
    }
    const { items } = await readItems(this.log, this.subject);
    expect(ids(items.slice(1)).toSorted()).toEqual(this.model.accepted.toSorted());
  }

  private async newLife(): Promise<void> {
    const none = { body: Buffer.alloc(0), count: 0, types: [], events: [] };
    await this.log.submit(diaryOn(this.subject), {
      ...say(`delete ${String(this.log.position())}`, { copies: 'nowhere' }),
      decide: ({ tail }) => ({
        kind: 'append',
        units: [none],
        next: { count: 0 },
        tombstone: true,
        result: () => ({ seq: 0, unit: 0, offset: tail, replayed: false }),
      }),
    });
    await this.open();
    this.model.newLife();
  }

  async open(): Promise<void> {
    await this.log.submit(diaryOn(this.subject), say(`open ${String(this.log.position())}`, { copies: 'nowhere' }));
  }
}

const OPTIONS = { ...FORGETFUL, timing: { indexMs: 50 } };

export const anyHistory = (contract: IndexContract, runs: number): void => {
  it('every request of every producer has one effect, whatever happens in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 30, size: 'max' }), async (path) => {
        const { log } = await contract.join(OPTIONS);
        const walk = new Walk(contract, contract.freshSubject(), log);
        await walk.open();
        for (const step of path) await walk.step(step);
        await contract.world().bringBack();
        await contract.world().resume();
        await walk.end();
        await contract.leave();
      }),
      { numRuns: runs, endOnFailure: true },
    );
  }, 600_000);
};
