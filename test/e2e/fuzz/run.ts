import { Chance } from '@app/testing/chance.js';
import { residentMiB } from '../support/resident.js';
import { addressed, isHalfDone, mayChange } from './addressed.js';
import type { ApiDocument, Operation } from './document.js';
import { bodyOf, pathOf, type Draft } from './draft.js';
import { hostileDraft } from './hostile.js';
import { nearlyValid } from './near-valid.js';
import { validDraft, type Kitchen } from './recipes.js';
import { refusedDraft } from './refusals.js';
import { Tally } from './tally.js';
import { SchemaValues } from './values.js';
import { Judge } from './verdict.js';
import type { Reply, Wire } from './wire.js';
import { World } from './world.js';

export interface FuzzOptions {
  readonly document: ApiDocument;
  readonly wire: Wire;
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
  /** Refusals after which was looked whether anything had changed. */
  readonly compared: number;
}

// Parts of all requests.
const VALID = 0.58;
const REFUSED = 0.18;
const NEAR = 0.13;

const SAMPLES = 60;

const draftFor = (operation: Operation, kitchen: Kitchen): Draft => {
  const draft = validDraft(operation, kitchen);
  const { chance } = kitchen.world;
  const lot = chance.next();
  if (lot < VALID) return draft;
  if (lot < VALID + REFUSED) return refusedDraft(draft, kitchen);
  return lot < VALID + REFUSED + NEAR ? nearlyValid(draft, chance) : hostileDraft(draft, chance);
};

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
export const fuzz = async (options: FuzzOptions): Promise<FuzzReport> => {
  const { document, wire, requests, limitMs, pid } = options;
  const chance = new Chance(options.seed);
  const world = new World(wire, chance, options.describer);
  const kitchen = { world, values: new SchemaValues(document, chance) };
  const judge = new Judge(document);
  const tally = new Tally(document);
  const faults = new Map<string, string>();
  const memory: number[] = [];
  let compared = 0;

  const one = async (operation: Operation): Promise<void> => {
    await world.tend();
    const draft = draftFor(operation, kitchen);
    const watched = draft.flavour !== 'valid' && mayChange(draft);
    const before = watched ? await addressed(wire, draft) : '';
    const reply = await wire.send(draft);
    tally.note(draft, reply);
    const found = [...judge.faults(draft, reply, limitMs)];
    if (watched && reply.status >= 400 && !isHalfDone(draft, reply.status)) {
      compared += 1;
      const after = await addressed(wire, draft);
      if (after !== before) found.push(`changed after a refusal: ${before} -> ${after}`);
    }
    for (const fault of found) {
      const kind = `${operation.id}: ${fault.slice(0, 60)}`;
      if (!faults.has(kind)) faults.set(kind, `${operation.id}: ${fault}\n${shown(draft, reply)}`);
    }
    await world.learn(draft, reply);
  };

  await world.begin();
  const every = Math.ceil(requests / SAMPLES);
  for (let count = 0; count < requests; count += 1) {
    if (count % every === 0) memory.push(await residentMiB(pid));
    await one(document.operations[count % document.operations.length] as Operation);
  }
  return { tally, faults: [...faults.values()], memory, compared };
};
