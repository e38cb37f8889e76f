import type { Bench } from '../bench.js';
import type { Measurement } from '../measurement.js';
import { append } from './append.js';
import { getEntity } from './get-entity.js';
import { PAGES } from './pages.js';
import { read } from './read.js';
import { runRequests, type RequestScenario } from './request-scenario.js';
import { send } from './send.js';
import { FOLLOWED, runFollowed } from './followed.js';
import { besideShapes } from './shapes.js';
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
  ...[0, 1, 100, 1_000].map(besideShapes),
];

export const runScenarios = async function* (bench: Bench): AsyncGenerator<Measurement> {
  const { only, granted } = bench.options;
  const named = (name: string): boolean => only.some((words) => `${name} `.startsWith(`${words} `));
  const wanted = (name: string, onDemand = false): boolean => named(name) || (only.length === 0 && !onDemand);
  for (const scenario of REQUESTS)
    if (wanted(scenario.name, scenario.onDemand) && (granted || scenario.only === undefined))
      yield* runRequests(bench, scenario);
  if (wanted(FOLLOWED, true)) yield* runFollowed(bench);
  // Whoever wakes has no principal.
  if (wanted(WAKE) && !granted) yield* runWakes(bench);
};
