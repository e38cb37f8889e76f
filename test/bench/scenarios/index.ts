import type { Bench } from '../bench.js';
import type { Measurement } from '../measurement.js';
import { append } from './append.js';
import { getEntity } from './get-entity.js';
import { PAGES } from './pages.js';
import { read } from './read.js';
import { runRequests, type RequestScenario } from './request-scenario.js';
import { send } from './send.js';
import { spawn } from './spawn.js';
import { runWakes, WAKE } from './wake.js';

const REQUESTS: readonly RequestScenario[] = [
  spawn,
  send(1),
  send(100),
  append(1),
  append(100),
  read(100),
  read(1_000),
  getEntity,
  ...PAGES,
];

export const runScenarios = async function* (bench: Bench): AsyncGenerator<Measurement> {
  const { only, granted } = bench.options;
  const wanted = (name: string): boolean =>
    only.length === 0 || only.some((words) => `${name} `.startsWith(`${words} `));
  for (const scenario of REQUESTS)
    if (wanted(scenario.name) && (granted || scenario.only === undefined)) yield* runRequests(bench, scenario);
  // Whoever wakes has no principal.
  if (wanted(WAKE) && !granted) yield* runWakes(bench);
};
