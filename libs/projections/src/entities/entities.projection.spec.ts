import { describe, expect, it } from '@jest/globals';
import { entityLives, rowsAfter, type MessageSpec } from '@app/testing/projection-spec.js';
import { historyProjection } from '../history/history.projection.js';
import { unitKeysProjection } from '../history/unit-keys.projection.js';
import { decodeText } from '../kernel/text.js';
import { wakeRegistrationsProjection } from '../wake-registrations/wake-registrations.projection.js';
import { entitiesProjection } from './entities.projection.js';

const path = 'chat/42/main';
const at = 1_000;

const spawned: MessageSpec = {
  path,
  events: [
    [
      'spawned',
      {
        type: 'chat',
        revision: 3,
        typeSeq: 7,
        parent: '/chat/1',
        ancestors: ['/chat/1'],
        createdBy: '/principal/user%3Aalice',
        tags: { team: 'a' },
        at,
        hasArgs: true,
      },
    ],
  ],
  items: [{ type: 'entity_created', key: 'entity-created', value: { args: { name: 'nul \u0000 and \uD800' } } }],
};

const entity = (specs: readonly MessageSpec[]): unknown => rowsAfter(entitiesProjection, specs).entities?.[0];

describe('the entities view', () => {
  it('shows a spawned entity as idle, with args that PostgreSQL text can hold', () => {
    const row = rowsAfter(entitiesProjection, [spawned]).entities?.[0];
    expect(row).toMatchObject({ url: '/chat/42', type: 'chat', type_revision: 3, status: 'idle', parent: '/chat/1' });
    expect(row?.spawn_args).not.toMatch(/[\0\uD800]/);
    expect(JSON.parse(String(row?.spawn_args))).toEqual({ name: 'nul \u0000 and \uD800' });
  });

  it('follows its status and the time of the change', () => {
    expect(entity([spawned, { path, events: [['status', { status: 'running', at: 2_000 }]] }])).toMatchObject({
      status: 'running',
      created_at: at,
      updated_at: 2_000,
      revision: 2,
    });
  });

  it('sets and removes tags one by one', () => {
    const { entity_tags: tags } = rowsAfter(entitiesProjection, [
      spawned,
      { path, events: [['tagged', { key: '\uD800', value: '\u0000', at }]] },
      { path, events: [['untagged', { key: 'team', at }]] },
    ]);
    expect(tags).toHaveLength(1);
    expect(decodeText(String(tags?.[0]?.key))).toBe('\uD800');
    expect(decodeText(String(tags?.[0]?.value))).toBe('\u0000');
  });

  it('shows all tags, as far as the message has them', () => {
    const tagged = (cold?: MessageSpec['cold']): MessageSpec => ({
      ...{ path, events: [['tagged', { key: 'b', value: '2', at }]] },
      ...(cold !== undefined && { cold }),
    });
    expect(entity([spawned])).toMatchObject({ tags: '{"team":"a"}' });
    expect(entity([spawned, tagged({ tags: { team: 'a', b: '2' } })])).toMatchObject({ tags: '{"b":"2","team":"a"}' });
    expect(entity([spawned, tagged()])).toMatchObject({ tags: null });
  });

  it('keeps a newer claim when an older one is released', () => {
    const claim = (epoch: number): MessageSpec => ({
      path,
      events: [['claimed', { epoch, runner: 'r', leaseMs: 5, at }]],
    });
    const release: MessageSpec = { path, events: [['released', { epoch: 4, reason: 'done', at }]] };
    expect(entity([spawned, claim(4), release])).toMatchObject({ claim_epoch: 4, claim_released: 4 });
    expect(entity([spawned, claim(4), claim(9), release])).toMatchObject({ claim_epoch: 9, claim_released: 4 });
  });

  describe('names its readers', () => {
    const grant = (id: number, permission: string, subject: string, expiresAt?: number) => ({
      ...{ id, permission, subject, createdBy: '/principal/user%3Aalice', at },
      ...(expiresAt !== undefined && { expiresAt }),
    });
    const read = grant(1, 'read', 'user');
    const manage = grant(2, 'manage', '/principal/agent%3Ab');
    const timed = grant(3, 'read', 'agent', 5_000);
    const given = (grants: readonly object[]): MessageSpec => ({
      path,
      events: [['granted', grants.at(-1) as typeof read]],
      cold: { grants: grants as (typeof read)[] },
    });

    it('of whom there are none at first', () => {
      expect(entity([spawned])).toMatchObject({ readers: '' });
    });

    it('each once, of the permissions that let somebody read', () => {
      const grants = [read, grant(4, 'write', 'service'), manage, { ...read, id: 5 }];
      expect(entity([spawned, given(grants)])).toMatchObject({ readers: '/principal/agent%3Ab user', revision: 2 });
      const revoked: MessageSpec = { path, events: [['revoked', { id: 2, at }]], cold: { grants: [read] } };
      expect(entity([spawned, given(grants), revoked])).toMatchObject({ readers: 'user' });
    });

    it('from its spawn on', () => {
      const [[type, data] = []] = spawned.events ?? [];
      const shared = { path, events: [[type ?? '', { ...(data as object), grants: [read, manage] }] as const] };
      expect(entity([shared])).toMatchObject({ readers: '/principal/agent%3Ab user' });
    });

    it('unless one of the grants ends, or the message does not say which there are', () => {
      expect(entity([spawned, given([read, timed])])).toMatchObject({ readers: null });
      expect(entity([spawned, { path, events: [['granted', read]] }])).toMatchObject({ readers: null });
    });
  });

  it('ignores events it does not know', () => {
    expect(entity([spawned, { path, events: [['from-the-future', { at }]] }])).toMatchObject({ revision: 1 });
  });
});

describe('a coalesced batch', () => {
  const projections = [entitiesProjection, wakeRegistrationsProjection, unitKeysProjection, historyProjection];

  it.each(projections.map((projection) => [projection.name, projection] as const))(
    'of %s leaves the same rows as one change at a time, wherever it is cut',
    (_, projection) => {
      const lives = entityLives(5, 30);
      for (let cut = 0; cut < lives.length; cut += 7) rowsAfter(projection, lives, cut);
    },
  );
});
