/*
 * kill -9 of a gateway while it stores attachments. Whoever was not answered asks the other gateway again, and finds his
 * attachment whole and told once. KILL_ROUNDS=20 repeats it (3 unless given), KILL_SEED=<number> chooses the same moments.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Chance } from '@app/testing/chance.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller } from './gateway/http.js';
import { AppProcess, appEnvironment } from './support/app-process.js';
import { Entities } from './support/entities.js';
import { attach, file, subject } from './support/forms.js';

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 3);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const LONG_MS = 120_000;

let servers: TestServers;
let gateways: readonly AppProcess[];
let projector: AppProcess;
const chance = new Chance(SEED);

const gatewayAt = (place: number): ReturnType<typeof caller> => caller(() => gateways[place]?.url ?? '');

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  const env = appEnvironment(servers);
  gateways = [await AppProcess.create('gateway', env), await AppProcess.create('gateway', env)];
  projector = await AppProcess.create('projector', env);
  await Promise.all([...gateways, projector].map((each) => each.start()));
}, LONG_MS);

afterAll(async () => {
  process.stdout.write(`kills of attachments: ${JSON.stringify({ seed: SEED, rounds: ROUNDS })}\n`);
  await Promise.all([...gateways, projector].map((each) => each.destroy()));
  await servers.stop();
}, LONG_MS);

it(
  'leaves every attachment whole or not there, and told once, after it was asked for again',
  async () => {
    const other = gatewayAt(1);
    const entities = new Entities(other);
    await entities.register('files');
    for (let round = 0; round < ROUNDS; round += 1) {
      const entity = `files/${String(round)}`;
      await entities.spawn(entity);
      const form = (id: number) => [{ name: 'id', value: `a${String(id)}` }, ...subject, file(`bytes ${String(id)}`)];
      let asked = 0;
      const asking = (async () => {
        for (;;) {
          const answer = await attach(gatewayAt(0), entity, form(asked));
          if (answer.status !== 201) throw new Error(answer.text);
          asked += 1;
        }
      })().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, chance.between(20, 200)));
      await gateways[0]?.end('SIGKILL');
      await asking;

      expect([201, 409]).toContain((await attach(other, entity, form(asked))).status);
      const told = (await entities.items(entity)).filter(({ type }) => type === 'manifest').map(({ key }) => key);
      expect(told).toEqual(Array.from({ length: asked + 1 }, (_, id) => `attachment:a${String(id)}`));
      for (let id = 0; id <= asked; id += 1)
        expect((await other('GET', `/v1/entities/${entity}/attachments/a${String(id)}`)).text).toBe(
          `bytes ${String(id)}`,
        );
      await gateways[0]?.start();
    }
  },
  LONG_MS,
);
