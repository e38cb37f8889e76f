import { describe, expect, it } from '@jest/globals';
import type { Shape, ShapeChanges, ShapeFollowing } from '@app/application';
import { SharedChanges } from './shared-changes.js';

const shape = (id: string, followed = 'all of it'): Shape => ({
  id,
  followed,
  tenant: 't',
  timed: true,
  table: { name: 'entities', key: 'url' },
  schema: {},
});

const head = { generation: 1, floor: 0, expired: 0, position: 0 };

/** What a reading said, so that it is seen who was given which answer. */
const answerTo = ({ shape: { id }, from }: ShapeFollowing): ShapeChanges => ({
  head,
  changes: [{ operation: 'update', seq: from + 1, row: { id } }],
  position: from + 1,
  more: false,
});

const reading = () => {
  const readings: ShapeFollowing[][] = [];
  const shared = new SharedChanges((following) => {
    readings.push([...following]);
    const broken = following.some(({ shape: { id } }) => id === 'broken');
    return broken ? Promise.reject(new Error('no')) : Promise.resolve(following.map(answerTo));
  });
  const idsOf = (): string[][] => readings.map((each) => each.map(({ shape: { id } }) => id));
  return { shared, idsOf };
};

describe('changes of a shape', () => {
  it('are read at once for the first, then together for all who have asked meanwhile', async () => {
    const { shared, idsOf } = reading();
    const asked = ['a', 'b', 'c', 'd'].map((id, at) => shared.after(shape(id), at));
    expect(idsOf()).toEqual([['a']]);
    const answers = await Promise.all(asked);
    expect(idsOf()).toEqual([['a'], ['b', 'c', 'd']]);
    expect(answers.map(({ position, changes }) => [position, changes[0]?.row['id']])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ]);
    await shared.after(shape('a'), 9);
    expect(idsOf().at(-1)).toEqual(['a']);
  });

  it('are read apart from those of another shape, and for whoever is far behind', async () => {
    const { shared, idsOf } = reading();
    await Promise.all([
      shared.after(shape('a'), 100_000),
      shared.after(shape('other', 'something else'), 100_000),
      shared.after(shape('b'), 100_000),
      shared.after(shape('behind'), 7),
      shared.after(shape('c'), 99_999),
    ]);
    expect(idsOf()).toEqual([['a'], ['other'], ['b', 'c'], ['behind']]);
  });

  it('fail for all who were read for, and for nobody else', async () => {
    const { shared } = reading();
    const asked = ['a', 'broken', 'b'].map((id) => shared.after(shape(id), 1));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect((await shared.after(shape('b'), 1)).position).toBe(2);
  });
});
