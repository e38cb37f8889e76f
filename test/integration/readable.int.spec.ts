import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allows, allowsType, askerOf, type Asker, type EntityGrant, type TypeGrant } from '@app/domain';
import { entitiesProjection, entityTypesProjection } from '@app/projections';
import { listEntities, openDatabase, ProjectorWork, usableBy, type Database } from '@app/read-model';
import { messageOf, TENANT, type MessageSpec } from '@app/testing/projection-spec.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';

const RUNS = Number(process.env['READABLE_RUNS'] ?? 15);
const NOW = Date.now();

const PRINCIPALS = ['user:alice', 'user:bob', 'agent:bob', 'service:x'];
const urlOf = (key: string): string => `/principal/${encodeURIComponent(key)}`;
const askers = [...PRINCIPALS, 'system:framework'].map((key) => askerOf(urlOf(key))).filter((a) => a !== undefined);

let servers: TestServers;
let db: Database;

beforeAll(async () => {
  servers = await startTestServers({ postgres: true });
  db = await openDatabase({ url: await servers.freshDatabase() });
}, 60_000);

afterAll(async () => {
  await db.close();
  await servers.stop();
});

interface World {
  readonly parents: readonly (number | undefined)[];
  readonly owners: readonly string[];
  readonly grants: readonly (EntityGrant & { readonly on: number })[];
  readonly revoked: readonly number[];
  /** Whether messages that change a grant say which there are. */
  readonly told: boolean;
}

const ENTITIES = 8;
const index = fc.nat({ max: ENTITIES - 1 });

const world: fc.Arbitrary<World> = fc.record({
  parents: fc
    .tuple(...Array.from({ length: ENTITIES }, (_, at) => fc.option(fc.nat({ max: at }), { nil: undefined })))
    .map((parents) => parents.map((parent, at) => (parent === at ? undefined : parent))),
  owners: fc.array(fc.constantFrom(...PRINCIPALS), { minLength: ENTITIES, maxLength: ENTITIES }),
  grants: fc
    .array(
      fc.record(
        {
          on: index,
          permission: fc.constantFrom('read', 'write', 'manage'),
          subject: fc.constantFrom(...PRINCIPALS.map(urlOf), 'user', 'agent', 'service'),
          descendants: fc.constant(true as const),
          copyToChildren: fc.constant(true as const),
          expiresAt: fc.constantFrom(NOW - 1, NOW, NOW + 1, NOW + 1_000_000),
        },
        { requiredKeys: ['on', 'permission', 'subject'] },
      ),
      { maxLength: 12 },
    )
    .map((grants) => grants.map((grant, id) => ({ ...grant, id: id + 1, createdBy: urlOf('user:alice'), at: 5 }))),
  revoked: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
  told: fc.boolean(),
});

const entityUrl = (at: number): string => `/chat/e,${String(at)}`;

const ancestorsOf = ({ parents }: World, at: number): readonly number[] => {
  const parent = parents[at];
  return parent === undefined ? [] : [parent, ...ancestorsOf({ parents } as World, parent)];
};

/** What a message says about all grants of its entity; in some worlds none does. */
const coldOf = (
  { grants, told }: World,
  holds: (grant: World['grants'][number]) => boolean,
): Pick<MessageSpec, 'cold'> =>
  told ? { cold: { grants: grants.filter(holds).map(({ on: _on, ...grant }) => grant) } } : {};

const messages = (made: World): readonly MessageSpec[] => {
  const path = (at: number): string => `${entityUrl(at).slice(1)}/main`;
  return [
    ...made.owners.map((owner, at): MessageSpec => {
      const ancestors = ancestorsOf(made, at).map(entityUrl);
      const lineage = { ...(ancestors[0] !== undefined && { parent: ancestors[0] }), ancestors };
      const data = { type: 'chat', revision: 1, typeSeq: 1, ...lineage, createdBy: urlOf(owner), tags: {}, at: 1 };
      return { path: path(at), events: [['spawned', data]] };
    }),
    ...made.grants.map(({ on, ...grant }): MessageSpec => ({
      path: path(on),
      events: [['granted', grant]],
      ...coldOf(made, (other) => other.on === on && other.id <= grant.id),
    })),
    ...made.grants
      .filter(({ id }) => made.revoked.includes(id))
      .map(({ on, id }): MessageSpec => ({
        path: path(on),
        events: [['revoked', { id, at: 6 }]],
        ...coldOf(made, (other) => other.on === on && !(other.id <= id && made.revoked.includes(other.id))),
      })),
  ];
};

const store = (made: World): Promise<void> =>
  db.transaction(async (tx) => {
    for (const { name } of entitiesProjection.tables) await tx.execute(`DELETE FROM ${name}`);
    const work = new ProjectorWork([entitiesProjection]);
    await work.acquired([], tx);
    await work.apply(tx, { messages: messages(made).map((spec, at) => messageOf(at + 1, spec)) } as never);
  });

/** Messages of the registry, in order: each says all grants of one type. */
const storeTypes = (said: readonly (readonly [type: number, grants: readonly TypeGrant[]])[]): Promise<void> =>
  db.transaction(async (tx) => {
    for (const { name } of entityTypesProjection.tables) await tx.execute(`DELETE FROM ${name}`);
    const work = new ProjectorWork([entityTypesProjection]);
    await work.acquired([], tx);
    const inputs = said.map(([type, grants], at) => {
      const item = { type: 'entity_type_granted', key: `t${String(type)}`, value: {}, grants, headers: {} };
      const { message } = messageOf(at + 1, { path: `t${String(type)}`, items: [item] });
      return { message, address: { kind: 'type', tenant: TENANT, path: `t${String(type)}` } };
    });
    await work.apply(tx, { messages: inputs } as never);
  });

const grantsOn = ({ grants, revoked }: World, at: number): readonly EntityGrant[] =>
  grants.filter(({ on, id }) => on === at && !revoked.includes(id));

const expected = (made: World, asker: Asker): readonly string[] =>
  made.owners
    .map((owner, at) => ({
      at,
      entity: { createdBy: urlOf(owner), grants: grantsOn(made, at) },
      above: ancestorsOf(made, at).map((ancestor) => ({ grants: grantsOn(made, ancestor) })),
    }))
    .filter(({ entity, above }) => allows(asker, 'read', entity, above, NOW))
    .map(({ at }) => entityUrl(at))
    .sort();

const readable = async ({ url, kind, bypass }: Asker, among: 'all' | 'granted'): Promise<readonly string[]> => {
  const reader = { reader: { principal: url, kind, bypass }, now: NOW, among };
  return (await listEntities(db, TENANT, { type: 'chat' }, reader)).map((row) => row.url).sort();
};

describe('the rows a principal may read', () => {
  it('are the entities the rule allows, whatever is owned, granted, inherited, expired and revoked', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (made) => {
        await store(made);
        for (const asker of askers)
          for (const among of ['all', 'granted'] as const)
            expect(await readable(asker, among)).toEqual(expected(made, asker));
      }),
      { numRuns: RUNS },
    );
  });

  it('are those below ever so many granted ancestors', async () => {
    const roots = Array.from({ length: 70 }, (_, at) => at);
    const made: World = {
      parents: [...roots.map(() => undefined), ...roots],
      owners: [...roots, ...roots].map(() => 'user:alice'),
      grants: roots.slice(1).map((on) => ({
        ...{ on, id: on, permission: 'read', subject: urlOf('user:bob'), createdBy: urlOf('user:alice'), at: 5 },
        descendants: true,
      })),
      revoked: [],
      told: true,
    };
    await store(made);
    for (const asker of askers)
      for (const among of ['all', 'granted'] as const)
        expect(await readable(asker, among)).toEqual(expected(made, asker));
  });

  it('have every unexpired grant that reaches them among their effective permissions', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (made) => {
        await store(made);
        const rows = await db.query<{
          entity_url: string;
          source_entity_url: string;
          source_grant_id: number;
          id: number;
        }>('SELECT * FROM entity_effective_permissions WHERE tenant = $1', [TENANT]);
        const wanted = made.owners.flatMap((_, at) =>
          [at, ...ancestorsOf(made, at)].flatMap((source) =>
            grantsOn(made, source)
              .filter(({ descendants }) => source === at || descendants === true)
              // The view asks the clock of the database.
              .filter(({ expiresAt = Infinity }) => expiresAt > NOW + 500_000)
              .map(({ id }) => [entityUrl(at), entityUrl(source), id].join(' ')),
          ),
        );
        const found = rows.map((row) => [row.entity_url, row.source_entity_url, row.source_grant_id].join(' ')).sort();
        expect(found).toEqual(wanted.sort());
        expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the types a principal may use', () => {
  const typeGrant: fc.Arbitrary<Omit<TypeGrant, 'id'>> = fc.record(
    {
      permission: fc.constantFrom('spawn' as const, 'manage' as const),
      subject: fc.constantFrom(...PRINCIPALS.map(urlOf), 'user', 'agent'),
      expiresAt: fc.constantFrom(NOW - 1, NOW, NOW + 1),
      createdBy: fc.constant(urlOf('user:alice')),
      at: fc.constant(1),
    },
    { requiredKeys: ['permission', 'subject', 'createdBy', 'at'] },
  );
  const types = fc
    .array(fc.array(typeGrant, { maxLength: 3 }), { minLength: 1, maxLength: 4 })
    .map((each) => each.map((grants) => grants.map((grant, id): TypeGrant => ({ ...grant, id: id + 1 }))));

  it('are those the rule allows, as their newest message says', async () => {
    await fc.assert(
      fc.asyncProperty(types, types, async (before, after) => {
        await storeTypes([...before, ...after].map((grants, n) => [n % before.length, grants] as const));
        const newest = before.map((grants, n) => after.filter((_, m) => m % before.length === n).at(-1) ?? grants);
        for (const asker of askers) {
          const wanted = newest.flatMap((grants, n) =>
            allowsType(asker, 'spawn', grants, NOW) ? [`t${String(n)}`] : [],
          );
          const reader = { principal: asker.url, kind: asker.kind, bypass: asker.bypass };
          const { sql, values } = usableBy(reader, { type: 't', parameters: 0, now: NOW });
          const rows = await db.query<{ name: string }>(
            `SELECT name FROM entity_types t WHERE ${sql} ORDER BY name`,
            values,
          );
          expect(rows.map(({ name }) => name)).toEqual(wanted);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
