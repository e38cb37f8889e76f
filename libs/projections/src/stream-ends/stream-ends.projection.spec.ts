import { expect, it } from '@jest/globals';
import type { Json } from '@app/streams';
import { messageOf, TENANT } from '@app/testing/projection-spec.js';
import type { Change } from '../kernel/change.js';
import type { Projected } from '../kernel/projection.js';
import { purgeDue } from '../history/stream-purges.js';
import { streamEndsProjection } from './stream-ends.projection.js';

type More = Partial<Pick<Projected['message'], 'kind' | 'prev'>> & { readonly incarnation?: number };

const message = (seq: number, event: string, hot: Json, { incarnation = 1, ...more }: More = {}): Projected => {
  const plain = messageOf(seq, { path: 'a/b', events: [[event, {}]] });
  const state = { ...plain.message.state, hot, incarnation };
  return { ...plain, message: { ...plain.message, ...more, state } };
};

const key = { tenant: TENANT, path: 'a/b' };
const none = [expect.objectContaining({ kind: 'delete', key })];
const row = (values: object): unknown => [expect.objectContaining({ kind: 'upsert', key, row: values })];
const ends = (...args: Parameters<typeof message>): readonly Change[] => streamEndsProjection.map(message(...args));

it('an idle time ends so long after the last use, a fixed end when it was said to', () => {
  expect(ends(1, 'created', { expiry: { kind: 'idle', ttl: 2 }, renewedAt: 500 })).toEqual(row({ gone: 0, at: 2_500 }));
  expect(ends(2, 'renewed', { expiry: { kind: 'idle', ttl: 2 }, renewedAt: 900 })).toEqual(row({ gone: 0, at: 2_900 }));
  const fixed = { expiry: { kind: 'instant', at: 7_000, text: '1970' }, renewedAt: 500 };
  expect(ends(1, 'created', fixed)).toEqual(row({ gone: 0, at: 7_000 }));
});

it('a stream without an end, or that is over, is nobody’s business', () => {
  expect(ends(1, 'created', {})).toEqual(none);
  expect(ends(2, 'deleted', null, { kind: 'tombstone', prev: 1 })).toEqual(none);
});

it('a stream that only forks keep is looked at again', () => {
  const { message: deleted } = message(2, 'deleted', { gone: true }, { prev: 1 });
  expect(ends(2, 'deleted', { gone: true }, { prev: 1 })).toEqual(row({ gone: 1, at: deleted.time }));
});

it('an end beyond all numbers can be stored', () => {
  expect(ends(1, 'created', { expiry: { kind: 'idle', ttl: 1e18 }, renewedAt: 5 })).toEqual(
    row({ gone: 0, at: Number.MAX_SAFE_INTEGER }),
  );
});

it('an append that puts nothing off is not looked at', () => {
  expect(streamEndsProjection.accepts(message(2, 'referenced', {}))).toBe(false);
  expect(streamEndsProjection.accepts(messageOf(2, { path: 'a/b' }))).toBe(false);
});

it('a life is over below its tombstone, or below the first message of the next one', () => {
  const due = (...args: Parameters<typeof message>): readonly Change[] => purgeDue(message(...args));
  expect(due(1, 'created', {})).toEqual([]);
  expect(due(2, 'renewed', {}, { prev: 1 })).toEqual([]);
  expect(due(3, 'deleted', null, { kind: 'tombstone', prev: 2 })).toEqual(row({ below: 3, ready: 0 }));
  expect(due(4, 'created', {}, { prev: 3, incarnation: 4 })).toEqual(row({ below: 4, ready: 0 }));
  // Kept for its forks.
  expect(due(5, 'deleted', { gone: true }, { prev: 4, incarnation: 4 })).toEqual([]);
});
