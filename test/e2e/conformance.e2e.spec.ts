import { beforeAll, describe, expect, it } from '@jest/globals';
import { runSetUp, type SetUpResult } from '../conformance/clusters/run.js';
import { SET_UPS, type SetUp } from '../conformance/clusters/set-ups.js';

// A server that runs already, for `CONFORMANCE_URL=… npm run test:conformance`; it must end long-polls as early.
const { CONFORMANCE_URL } = process.env;
const LONG_MS = 300_000;

// Three brokers are left to `npm run conformance:clusters`.
const setUps: readonly SetUp[] =
  CONFORMANCE_URL === undefined
    ? SET_UPS.filter(({ brokers }) => brokers === 1)
    : [{ name: CONFORMANCE_URL, brokers: 1, prepare: async () => ({ url: CONFORMANCE_URL }) }];

describe.each(setUps)('$name', (setUp) => {
  let result: SetUpResult;

  beforeAll(async () => {
    result = await runSetUp(setUp);
  }, LONG_MS);

  it('pass every mandatory test of the published suite of the protocol', () => {
    expect(result.failed).toEqual([]);
    expect(result.passed).toBe(332);
  });

  it('are asked everything but the optional subscriptions', () => {
    expect(result.total).toBe(338);
    expect(result.skipped).toHaveLength(6);
    for (const name of result.skipped) expect(name).toMatch(/subscription/i);
    for (const requests of result.served) expect(requests).toBeGreaterThan(1_000);
  });
});
