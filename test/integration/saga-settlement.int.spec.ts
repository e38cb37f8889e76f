import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createLogger } from '@app/platform';
import { waitUntil } from '@app/platform/embedded/index.js';
import { openDatabase, type Database } from '@app/read-model';
import type { Log } from '@app/streams';
import { openMemoryLog } from '@app/streams/memory/index.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { Settlement } from '../../apps/saga/src/drain/settlement.js';
import type { OwedWake } from '../../apps/saga/src/owed-wake.js';
import { storeWakes } from '../../apps/saga/src/store/outbox-rows.js';

let servers: TestServers;
let database: Database;
let log: Log;
let settlement: Settlement;

const logger = createLogger({ app: 'saga', mode: 'development', logLevel: 'silent' });

beforeAll(async () => {
  servers = await startTestServers({ postgres: true });
}, 60_000);
afterAll(() => servers.stop(), 30_000);

beforeEach(async () => {
  database = await openDatabase({ url: await servers.freshDatabase() });
  log = await openMemoryLog();
  settlement = new Settlement(database, log, logger);
});
afterEach(async () => {
  await settlement.stop();
  await log.close();
  await database.close();
});

const owed = (ordinal: number): OwedWake => ({
  id: `wake-${String(ordinal)}`,
  lane: 0,
  tenant: 't',
  subscriber: '/parent/1',
  source: 'child/1/main',
  key: 'k',
  activated: 1,
  cause: 10 + ordinal,
  ordinal,
  content: '{}',
});

it('takes many wakes that one registration owed to an ended subscriber out of the outbox', async () => {
  const wakes = [0, 1, 2, 3].map(owed);
  await database.transaction((tx) => storeWakes(tx, wakes));
  for (const wake of wakes)
    settlement.add({ wake, outcome: { kind: 'refused', reason: 'the subscriber has ended', ended: true } });
  const empty = await waitUntil(
    async () => ((await database.query('SELECT 1 FROM saga_outbox')).length === 0 ? true : undefined),
    { withinMs: 3_000 },
  );
  expect(empty).toBe(true);
  await settlement.stop();
  expect(await database.query('SELECT reason, count, last_seq FROM saga_ignored')).toEqual([
    { reason: 'the subscriber has ended', count: 4, last_seq: 13 },
  ]);
  // The registration is ended once per batch, not once per wake.
  expect(await log.barrier()).toBeLessThanOrEqual(2);
});
