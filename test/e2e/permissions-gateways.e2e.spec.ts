import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, jsonOf } from './gateway/http.js';
import { asOf, Makes, must, toKind, toPrincipal } from './permissions/as.js';
import { LiveReader } from './permissions/live-reader.js';
import { Gateways } from './support/gateways.js';

const LONG_MS = 180_000;
const ROUNDS = Number(process.env['PERMISSION_ROUNDS'] ?? 20);
const [OWNER, BOB] = ['user:owner', 'user:bob'];

let gateways: Gateways;
const at = (place: number) => asOf(caller(() => gateways.url(place)));
const makes = [0, 1].map((place) => new Makes(at(place)));
const [here, there] = makes as [Makes, Makes];
let made = 0;

beforeAll(async () => {
  gateways = await Gateways.start(2);
  await here.type();
}, LONG_MS);
afterAll(() => gateways.stop(), LONG_MS);

/** Names that differ from those the other gateway makes. */
const entity = async (place: number, owner: string, body: object = {}): Promise<string> => {
  made += 1;
  const path = `chat/g${String(made)}`;
  must(await at(place)(owner)('PUT', `/v1/entities/${path}`, body), 201);
  return path;
};

describe('what is granted or revoked on one gateway', () => {
  it(
    'counts on the other one at once, for reads, commands, streams and lists',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const [one, other] = [round % 2, (round + 1) % 2];
        const root = await entity(one, OWNER);
        const path = await entity(other, OWNER, { parent: `/${root}` });
        const [on, propagation] = round % 3 === 0 ? [root, 'descendants'] : [path, 'self'];
        const bob = at(other)(BOB);
        const statuses = async (): Promise<readonly number[]> => [
          (await bob('GET', `/v1/entities/${path}`)).status,
          (await bob('POST', `/v1/entities/${path}/send`, { payload: round })).status,
          (await bob('GET', `/${path}/main`)).status,
          jsonOf<readonly unknown[]>(await bob('GET', `/v1/entities?parent=/${root}`)).length,
        ];
        expect(await statuses()).toEqual([401, 401, 401, 0]);
        const grants = ['read', 'write'].map((permission) => toPrincipal(BOB, permission, { propagation }));
        const ids: number[] = [];
        for (const grant of grants) ids.push(await (makes[one] as Makes).grant(on, grant));
        expect(await statuses()).toEqual([200, 200, 200, 1]);
        for (const id of ids) await (makes[one] as Makes).revoke(on, id);
        expect(await statuses()).toEqual([401, 401, 401, 0]);
      }
    },
    LONG_MS,
  );

  it(
    'counts for types, too',
    async () => {
      const type = '/v1/entity-types/chat/grants';
      const agent = at(1)('agent:a');
      for (let round = 0; round < 5; round += 1) {
        const path = `/v1/entities/chat/type-${String(round)}`;
        expect((await agent('PUT', path)).status).toBe(401);
        const { json } = must(await at(0)()('POST', type, toKind('agent', 'spawn')), 201);
        expect((await agent('PUT', path)).status).toBe(201);
        must(await at(1)()('DELETE', `${type}/${String((json as { id: number }).id)}`), 204);
        expect((await at(0)('agent:a')('PUT', `${path}-again`)).status).toBe(401);
      }
    },
    LONG_MS,
  );

  it(
    'cuts off who reads on the other one',
    async () => {
      const path = await entity(0, OWNER);
      const id = await here.grant(path, toPrincipal(BOB, 'read'));
      const reader = await LiveReader.open(`${gateways.url(1)}/${path}/main?offset=-1&live=sse`, BOB);
      await reader.has('entity-created');
      await here.revoke(path, id);
      must(await at(0)(OWNER)('POST', `/v1/entities/${path}/send`, { payload: 'after' }), 200);
      await reader.ended;
      expect(reader.text).not.toContain('"after"');
    },
    LONG_MS,
  );
});

describe('a gateway that is killed', () => {
  it(
    'forgets nothing that was granted or revoked, and gives no grant twice',
    async () => {
      const path = await entity(0, OWNER);
      const kept = await here.grant(path, toPrincipal(BOB, 'read'));
      const gone = await here.grant(path, toPrincipal('user:carol', 'read'));
      await here.revoke(path, gone);
      // Under way when it dies: afterwards it either happened, once, or not at all.
      const underWay = at(0)()('POST', `/v1/entities/${path}/grants`, toPrincipal('user:dave', 'read')).then(
        ({ status }) => status,
        () => undefined,
      );
      gateways.at(0).signal('SIGKILL');
      const status = await underWay;
      const after = async (place: number): Promise<void> => {
        expect((await at(place)(BOB)('GET', `/v1/entities/${path}`)).status).toBe(200);
        expect((await at(place)('user:carol')('GET', `/v1/entities/${path}`)).status).toBe(401);
        const { json } = must(await at(place)()('GET', `/v1/entities/${path}/grants`), 200);
        const { grants } = json as { grants: readonly { id: number; subject_value: string }[] };
        const daves = grants.filter(({ subject_value }) => subject_value.endsWith('dave'));
        expect(daves.length).toBeLessThanOrEqual(1);
        if (status === 201) expect(daves).toHaveLength(1);
        expect(grants.filter(({ id }) => id === kept)).toHaveLength(1);
        expect((await at(place)('user:dave')('GET', `/v1/entities/${path}`)).status).toBe(
          daves.length === 1 ? 200 : 401,
        );
      };
      await after(1);
      await gateways.restart(0);
      await after(0);
      await there.revoke(path, kept);
      expect((await at(0)(BOB)('GET', `/v1/entities/${path}`)).status).toBe(401);
    },
    LONG_MS,
  );
});
