import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeTestDir, testDir } from '@app/testing/servers.js';
import { LONG_POLL_TIMEOUT_MS, runConformance, type ConformanceResult } from './support/conformance-run.js';
import { ReveilleChild } from './support/reveille-child.js';

// A server that runs already, for `CONFORMANCE_URL=… npm run test:conformance`; it must end long-polls as early.
const { CONFORMANCE_URL } = process.env;
const LONG_MS = 300_000;

let dataDir: string;
let reveille: ReveilleChild | undefined;
let result: ConformanceResult;

beforeAll(async () => {
  dataDir = await testDir();
  if (CONFORMANCE_URL === undefined)
    reveille = await ReveilleChild.start({
      env: {
        PORT: '0',
        REVEILLE_DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
        LONG_POLL_TIMEOUT_MS: String(LONG_POLL_TIMEOUT_MS),
      },
    });
  result = await runConformance(CONFORMANCE_URL ?? reveille?.url ?? '', dataDir);
}, LONG_MS);

afterAll(async () => {
  await reveille?.destroy();
  await removeTestDir(dataDir);
}, LONG_MS);

it('passes every mandatory test of the published suite of the protocol', () => {
  expect(result.failed).toEqual([]);
  expect(result.passed).toBe(332);
});

it('is asked everything but the optional subscriptions', () => {
  expect(result.total).toBe(338);
  expect(result.skipped).toHaveLength(6);
  for (const name of result.skipped) expect(name).toMatch(/subscription/i);
});
