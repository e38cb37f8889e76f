import { describe, expect, it } from '@jest/globals';
import type { MemberNow } from '@app/read-model';
import { inChunks, memberChanges } from './member-changes.js';

const now = (more: Partial<MemberNow> = {}): MemberNow => ({
  type: 'chat',
  status: 'idle',
  tags: { team: 'blue' },
  spawnArgs: null,
  parent: null,
  typeRevision: 1,
  typeSeq: 7,
  createdAt: 1,
  updatedAt: 2,
  ...more,
});
const source = { tags: { team: 'blue' } };
const schemas = { inbox_schemas: { ask: {} }, state_schemas: null };
const changes = (before: string | undefined, is: MemberNow | undefined) =>
  memberChanges(
    source,
    [{ url: '/chat/1', ...(before && { before }), ...(is && { now: is }) }],
    () => Promise.resolve(schemas),
    0,
  );
const asTold = async (is: MemberNow): Promise<string> => JSON.stringify((await changes(undefined, is))[0]?.value);

describe('the changes of a membership', () => {
  it('are told with everything that is shown of a member', async () => {
    expect(await changes(undefined, now())).toEqual([
      {
        type: 'members',
        key: '/chat/1',
        value: {
          url: '/chat/1',
          type: 'chat',
          status: 'idle',
          tags: { team: 'blue' },
          spawn_args: {},
          parent: null,
          type_revision: 1,
          inbox_schemas: { ask: {} },
          state_schemas: null,
          created_at: 1,
          updated_at: 2,
        },
        headers: { operation: 'insert', timestamp: '1970-01-01T00:00:00.000Z' },
      },
    ]);
  });

  it('are nothing when readers know it all, whatever the keys are called', async () => {
    const odd = now({ tags: { team: 'blue', 10: 'x', 9: 'y' }, spawnArgs: '{"b":1,"2":2,"1":"\\u0000"}' });
    expect(await changes(JSON.stringify(JSON.parse(await asTold(odd))), odd)).toEqual([]);
  });

  it('are a leaving when a tag is lost, when it may not be read, and when it is gone', async () => {
    const before = await asTold(now());
    for (const is of [now({ tags: {} }), now({ tags: { team: 'red' } }), undefined])
      expect(await changes(before, is)).toMatchObject([
        { old_value: { url: '/chat/1' }, headers: { operation: 'delete' } },
      ]);
    expect(await changes(undefined, undefined)).toEqual([]);
  });
});

describe('appends', () => {
  const item = (size: number) => ({ type: 'members', key: 'x'.repeat(size), headers: {} });

  it('hold what fits, in order, and one that does not fit stands alone', () => {
    const items = [item(10), item(10), item(500), item(10)];
    expect(inChunks(items, 150).map((chunk) => chunk.map(({ key }) => key.length))).toEqual([[10, 10], [500], [10]]);
    expect(inChunks([], 10)).toEqual([]);
  });
});
