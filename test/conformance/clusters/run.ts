import { removeTestDir, testDir } from '@app/testing/servers.js';
import { runConformance, type ConformanceResult } from '../run-suite.js';
import type { CleanUps, SetUp } from './set-ups.js';

export interface SetUpResult extends ConformanceResult {
  readonly name: string;
  /** Of the suite alone, without starting and stopping servers. */
  readonly seconds: number;
  readonly served: readonly number[];
}

/** Runs the suite once against a set-up, from its start on empty servers to its end. */
export const runSetUp = async ({ name, prepare }: SetUp): Promise<SetUpResult> => {
  const dir = await testDir();
  const cleanUps: CleanUps = [];
  try {
    const prepared = await prepare(dir, cleanUps);
    const started = performance.now();
    const result = await runConformance(prepared.url, dir);
    return {
      name,
      ...result,
      seconds: (performance.now() - started) / 1_000,
      served: [...(prepared.served ?? [])],
    };
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    await removeTestDir(dir);
  }
};
