import { Chance } from '@app/testing/chance.js';
import { residentMiB } from '../support/resident.js';
import { addressed, isHalfDone, mayChange } from './addressed.js';
import { documentedAnswers, type ApiDocument, type Operation } from './document.js';
import { bodyOf, pathOf, type Draft } from './draft.js';
import { hostileDraft } from './hostile.js';
import type { LogEnd } from './log-end.js';
import { nearlyValid } from './near-valid.js';
import { validDraft, type Kitchen } from './recipes.js';
import { refusalsOf, refusedDraft } from './refusals/index.js';
import { answerOf, Tally } from './tally.js';
import { SchemaValues } from './values.js';
import { Judge } from './verdict.js';
import type { Reply, Wire } from './wire.js';
import { World } from './world.js';

export interface FuzzOptions {
  readonly document: ApiDocument;
  readonly wire: Wire;
  readonly log: LogEnd;
  readonly describer: string;
  readonly requests: number;
  readonly seed: number;
  /** Longest time of one answer. */
  readonly limitMs: number;
  /** Whose memory is watched. */
  readonly pid: number;
}

export interface FuzzReport {
  readonly tally: Tally;
  /** One entry for each kind of fault, with the first request that showed it. */
  readonly faults: readonly string[];
  /** MiB, over the run. */
  readonly memory: readonly number[];
  /** Of one answer each. */
  readonly milliseconds: readonly number[];
  /** Refusals after which was looked whether anything had changed. */
  readonly compared: number;
}

// Parts of all requests.
const VALID = 0.58;
const REFUSED = 0.18;
const NEAR = 0.13;

const SAMPLES = 60;

/** When the database or the broker is away. */
export const OUTAGE = '503 UNAVAILABLE';

/** Any route may answer so, as the document says once for all. */
const ANYWHERE = ['401', '401 UNAUTHORIZED', '413 PAYLOAD_TOO_LARGE'];

const excerpt = (text: string): string =>
  text.length > 400 ? `${text.slice(0, 400)}… (${String(text.length)})` : text;

const shown = (draft: Draft, reply: Reply): string =>
  [
    `${draft.flavour}: ${draft.method} ${excerpt(pathOf(draft))}`,
    `  headers ${excerpt(JSON.stringify(draft.headers))}`,
    `  body ${excerpt(JSON.stringify(Buffer.from(bodyOf(draft) ?? []).toString()))}`,
    `  answer ${String(reply.status)} ${excerpt(reply.text)}`,
  ].join('\n');

/** Requests one after the other: otherwise nobody could say which of them changed what. */
export class Fuzz {
  private readonly kitchen: Kitchen;
  private readonly judge: Judge;
  private readonly tally: Tally;
  private readonly faults = new Map<string, string>();
  private readonly milliseconds: number[] = [];
  private compared = 0;

  constructor(private readonly options: FuzzOptions) {
    const { document, wire, seed, describer } = options;
    const chance = new Chance(seed);
    this.kitchen = { world: new World(wire, chance, describer), values: new SchemaValues(document, chance) };
    this.judge = new Judge(document);
    this.tally = new Tally(document);
  }

  async run(): Promise<FuzzReport> {
    const { document, requests, pid } = this.options;
    const memory: number[] = [];
    await this.kitchen.world.begin();
    for (const operation of document.operations) await this.eachAnswer(operation);
    const every = Math.ceil(requests / SAMPLES);
    for (let count = 0; count < requests; count += 1) {
      if (count % every === 0) memory.push(await residentMiB(pid));
      const operation = document.operations[count % document.operations.length] as Operation;
      await this.one(operation, await this.anyDraft(operation));
    }
    const { tally, milliseconds, compared } = this;
    return { tally, faults: [...this.faults.values()], memory, milliseconds, compared };
  }

  /** A request that is to be answered so; undefined when nothing is known that would be. */
  async directed(operation: Operation, answer: string): Promise<Draft | undefined> {
    const way = refusalsOf(operation)[answer];
    return way && { ...(await way(await this.valid(operation), this.kitchen)), flavour: 'directed' };
  }

  /** A request for each answer that is documented and for which there is a way to meet it. */
  private async eachAnswer(operation: Operation): Promise<void> {
    for (const answer of new Set([...documentedAnswers(operation), ...ANYWHERE])) {
      const draft = answer === OUTAGE ? undefined : await this.directed(operation, answer);
      if (draft) await this.one(operation, draft, answer);
    }
  }

  private async valid(operation: Operation): Promise<Draft> {
    await this.kitchen.world.tend();
    return validDraft(operation, this.kitchen);
  }

  private async anyDraft(operation: Operation): Promise<Draft> {
    const draft = await this.valid(operation);
    const { chance } = this.kitchen.world;
    const lot = chance.next();
    if (lot < VALID) return draft;
    if (lot < VALID + REFUSED) return refusedDraft(draft, this.kitchen);
    return lot < VALID + REFUSED + NEAR ? nearlyValid(draft, chance) : hostileDraft(draft, chance);
  }

  private async one(operation: Operation, draft: Draft, wanted?: string): Promise<void> {
    const { wire, limitMs } = this.options;
    const unchanged = draft.flavour !== 'valid' && mayChange(draft) ? await this.look(draft) : undefined;
    const reply = await wire.send(draft);
    this.tally.note(draft, reply);
    this.milliseconds.push(reply.ms);
    const found = [...this.judge.faults(draft, reply, limitMs)];
    const answer = answerOf(reply);
    if (wanted !== undefined && answer !== wanted) found.push(`${answer} instead of ${wanted}`);
    if (unchanged && reply.status >= 400 && !isHalfDone(draft, reply.status)) {
      this.compared += 1;
      found.push(...(await unchanged()));
    }
    for (const fault of found) {
      const kind = `${operation.id}: ${fault.slice(0, 60)}`;
      if (!this.faults.has(kind)) this.faults.set(kind, `${operation.id}: ${fault}\n${shown(draft, reply)}`);
    }
    await this.kitchen.world.learn(draft, reply);
  }

  /** How things are; the answer tells what is not so any more. */
  private async look(draft: Draft): Promise<() => Promise<readonly string[]>> {
    const { wire, log } = this.options;
    const [before, position] = await Promise.all([addressed(wire, draft), log.position()]);
    return async () => {
      const [after, written] = await Promise.all([addressed(wire, draft), log.writtenSince(position)]);
      return [
        ...written.map((message) => `written after all: ${message}`),
        ...(after === before ? [] : [`changed after a refusal: ${before} -> ${after}`]),
      ];
    };
  }
}
