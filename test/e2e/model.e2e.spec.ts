/*
 * Random commands of several clients at once, through two gateways that are killed between what they publish and what they
 * answer, while projectors are killed too. Every answer and everything that is read in the end must be explained by the
 * model in `model/`, which knows the contract and nothing of the product. MODEL_RUNS=2000 runs it longer (100 sequences
 * unless given), MODEL_SEED=<number> repeats the commands of a run, whose seed a failure shows; MODEL_AT_ONCE=<number> of
 * sequences run beside each other; MODEL_ANSWERS=1 counts what was answered to what.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Chance } from '@app/testing/chance.js';
import { ModelFleet } from './model-run/fleet.js';
import { runSequence, type Outcome } from './model-run/sequence.js';
import { until } from './support/until.js';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 100);
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000);
const AT_ONCE = Number(process.env['MODEL_AT_ONCE'] ?? 25);
const CLIENTS = 3;
/** Of the sequences at least, a gateway is killed that has published something and not answered it. */
const KILLED_IN = 0.25;
const SETUP_MS = 120_000;
// Of each sequence, when a gateway is killed: the parallel commands have begun, or are nearly over.
const LEAST_ANSWERS = 8;
const MOST_ANSWERS = 40;

let fleet: ModelFleet;

beforeAll(async () => {
  fleet = await ModelFleet.start();
}, SETUP_MS);
afterAll(() => fleet.stop(), SETUP_MS);

/** Some sequences beside each other, and kills at some moment, until enough of them have lost an answer. */
const together = async (seeds: readonly number[], batch: number): Promise<readonly Outcome[]> => {
  const { clients, database } = fleet;
  const chance = new Chance(seeds[0] ?? 0);
  const outcomes = Promise.all(seeds.map((seed) => runSequence(seed, clients, database)));
  let over = false;
  const ended = outcomes.finally(() => (over = true)).catch(() => undefined);
  const enough = (): boolean =>
    over || seeds.filter((seed) => clients.doneUnanswered.has(seed)).length >= seeds.length * KILLED_IN;
  for (let kill = 0; kill === 0 || !enough(); kill += 1) {
    const moment =
      clients.answered + seeds.length * chance.between(LEAST_ANSWERS, kill === 0 ? MOST_ANSWERS : LEAST_ANSWERS);
    await until('the moment of a kill', () => over || clients.answered >= moment, { withinMs: SETUP_MS });
    await Promise.all([
      fleet.killGateway((batch + kill) % 2, seeds.length * CLIENTS),
      ...(kill === 0 && batch % 3 === 0 ? [fleet.killProjector(batch % 2)] : []),
    ]);
  }
  await ended;
  return outcomes;
};

it(
  `answers ${String(RUNS)} random sequences of commands as the model does (seed ${String(SEED)})`,
  async () => {
    const began = performance.now();
    const totals = { sequences: 0, commands: 0, observations: 0 };
    const problems: string[] = [];
    const answers = new Map<string, number>();
    for (let batch = 0; totals.sequences < RUNS && problems.length === 0; batch += 1) {
      const count = Math.min(AT_ONCE, RUNS - totals.sequences);
      const seeds = Array.from({ length: count }, (_, n) => SEED + totals.sequences + n);
      for (const [n, outcome] of (await together(seeds, batch)).entries()) {
        totals.sequences += 1;
        totals.commands += outcome.commands;
        totals.observations += outcome.observations;
        for (const [what, times] of outcome.answers) answers.set(what, (answers.get(what) ?? 0) + times);
        if (outcome.problem !== undefined)
          problems.push(`MODEL_SEED=${String(seeds[n])}, sequence ${String(totals.sequences)}: ${outcome.problem}`);
      }
      const killedIn = fleet.clients.doneUnanswered.size;
      const seconds = Math.round((performance.now() - began) / 1_000);
      const said = { seed: SEED, ...totals, killedIn, kills: fleet.kills, seconds };
      process.stdout.write(`model: ${JSON.stringify(said)}\n`);
    }
    if (process.env['MODEL_ANSWERS'])
      process.stdout.write(
        `${[...answers]
          .map(([what, times]) => `${what}: ${String(times)}`)
          .sort()
          .join('\n')}\n`,
      );
    if (problems.length > 0) throw new Error(problems.join('\n\n'));
    expect(fleet.clients.doneUnanswered.size).toBeGreaterThanOrEqual(RUNS * KILLED_IN);
  },
  RUNS * 5_000 + SETUP_MS,
);
