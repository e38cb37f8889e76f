import type { Bench } from '../bench.js';
import type { Measurement } from '../measurement.js';
import { append } from './append.js';
import { getEntity } from './get-entity.js';
import { pageByTag, pageOfType } from './pages.js';
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
  pageOfType,
  pageByTag,
];

export const runScenarios = async function* (bench: Bench): AsyncGenerator<Measurement> {
  const { only } = bench.options;
  const wanted = (name: string): boolean =>
    only.length === 0 || only.some((words) => `${name} `.startsWith(`${words} `));
  for (const scenario of REQUESTS) if (wanted(scenario.name)) yield* runRequests(bench, scenario);
  if (wanted(WAKE)) yield* runWakes(bench);
};
