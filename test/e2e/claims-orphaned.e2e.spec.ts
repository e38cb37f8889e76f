import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LocalLeaseHeartbeats } from '@app/application';
import { waitUntil } from '@app/platform/embedded/index.js';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import { MemoryBackend, MemoryBroker, openMemoryLog } from '@app/streams/memory/index.js';
import { FaultyBackend, type Gate } from '@app/testing/faulty-backend.js';
import { caller } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';

let backend: FaultyBackend;
let gateways: readonly RunningGateway[];
let gate: Gate | undefined;
const call = caller(() => gateways[0]?.url ?? '');
const callOther = caller(() => gateways[1]?.url ?? '');

beforeAll(async () => {
  const [events, registry] = [new MemoryBroker(), new MemoryBroker()];
  const heartbeats = new LocalLeaseHeartbeats();
  backend = new FaultyBackend(new MemoryBackend(events));
  gateways = [
    await startMemoryGateway('development', {
      eventLog: await LogEngine.open(backend, {}),
      registryLog: await openMemoryLog(registry),
      heartbeats,
    }),
    await startMemoryGateway('development', {
      eventLog: await openMemoryLog(events),
      registryLog: await openMemoryLog(registry),
      heartbeats,
    }),
  ];
  await call('POST', '/v1/entity-types', { name: 'chat', description: 'talks' });
});

afterAll(async () => {
  gate?.open();
  for (const gateway of gateways) await gateway.stop();
});

const statusIs = (id: string, status: string): Promise<unknown> =>
  waitUntil(
    async () => ((await callOther('GET', `/v1/entities/chat/${id}`)).json.status === status ? true : undefined),
    { withinMs: 6_000, everyMs: 50 },
  );

it('a claim that was never answered ends with its lease, in another process', async () => {
  await call('PUT', '/v1/entities/chat/orphan');
  backend.holdAck().open();
  // The gateway dies with the claim in the log, before anybody was told.
  gate = backend.holdAck();
  const claiming = call('POST', '/v1/entities/chat/orphan/claim', { runner: 'r', leaseMs: 1_000 }).catch(
    () => undefined,
  );
  await gate.reached;
  expect(await statusIs('orphan', 'running')).toBe(true);
  expect(await statusIs('orphan', 'idle')).toBe(true);
  gate.open();
  await claiming;
}, 20_000);

it('a claim that comes to nothing leaves the lease of the one before', async () => {
  await call('PUT', '/v1/entities/chat/kept');
  await call('POST', '/v1/entities/chat/kept/claim', { runner: 'r', leaseMs: 1_000 });
  const refused = await call('POST', '/v1/entities/chat/kept/claim', {
    runner: '\u00e9'.repeat(100),
    leaseMs: 600_000,
  });
  expect(refused.status).toBe(400);
  expect(await statusIs('kept', 'running')).toBe(true);
  expect(await statusIs('kept', 'idle')).toBe(true);
}, 20_000);
