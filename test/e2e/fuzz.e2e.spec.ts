import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { startDescriber, type Describer } from './fuzz/describer.js';
import { readDocument, type RawDocument } from './fuzz/document.js';
import { fuzz, type FuzzReport } from './fuzz/run.js';
import { Wire } from './fuzz/wire.js';
import { Fleet } from './support/fleet.js';

const STARTING_MS = 120_000;
const LONG_MS = 3_600_000;

/** The long run: `FUZZ_REQUESTS=20000 FUZZ_LIMIT_MS=1000`. Other tests run beside this one, so a second would be little. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1_500);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const LIMIT_MS = Number(process.env['FUZZ_LIMIT_MS'] ?? 10_000);
const LONG_RUN = 20_000;

const SUCCESSES = 0.3;

let servers: TestServers;
let fleet: Fleet;
let describer: Describer;
let wire: Wire;
let report: FuzzReport;

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  describer = await startDescriber();
  const { natsUrl, natsMonitorUrl, databaseUrl, dir } = servers;
  fleet = await Fleet.start({
    natsUrl,
    natsMonitorUrl,
    databaseUrl,
    dir,
    copies: { gateway: 1, projector: 1, saga: 1 },
    env: { LONG_POLL_TIMEOUT_MS: '20' },
  });
  wire = new Wire(fleet.urls[0] as string);
}, STARTING_MS);

afterAll(async () => {
  await wire.close();
  await fleet.stop();
  describer.stop();
  await servers.stop();
}, STARTING_MS);

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('requests made from the OpenAPI document, valid, nearly valid and hostile', () => {
  it(
    'are answered as documented, and refusals change nothing',
    async () => {
      const document = readDocument((await wire.call('GET', '/docs-json')).json as RawDocument);
      const { pid } = fleet.child('gateway');
      const options = { document, wire, requests: REQUESTS, seed: SEED, limitMs: LIMIT_MS, pid };
      report = await fuzz({ ...options, describer: describer.url });
      if (process.env['FUZZ_REQUESTS'] !== undefined)
        console.log(report.tally.table(), report.memory, report.tally.unseen());
      expect(report.faults.join('\n\n')).toBe('');
      expect(report.compared).toBeGreaterThan(REQUESTS / 10);
    },
    LONG_MS,
  );

  it('succeed often enough, for every operation', () => {
    expect(report.tally.below(REQUESTS >= LONG_RUN ? 100 : 1, SUCCESSES)).toEqual([]);
  });

  it('leave the gateway alive, ready and as large as it was', async () => {
    const third = Math.floor(report.memory.length / 3);
    const [first, last] = [mean(report.memory.slice(0, third)), mean(report.memory.slice(-third))];
    expect(last).toBeLessThan(1.3 * first + 64);
    expect(fleet.child('gateway').running).toBe(true);
    expect(await wire.call('GET', '/health/ready')).toMatchObject({ status: 200, json: { ready: true } });
    expect(fleet.child('gateway').output).not.toMatch(/failed\b.*\n.*at /);
  });
});
