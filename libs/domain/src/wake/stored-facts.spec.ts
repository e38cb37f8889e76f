import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../kernel/stream-item.js';
import { readRegistered, readUnregistered } from './stored-facts.js';

const registered = {
  key: 'k',
  subscriber: '/p/1',
  source: '/c/1',
  condition: { on: 'change', collections: ['a'], ops: ['insert'] },
  debounceMs: 5,
  timeoutMs: 0,
  includeResponse: false,
  manifestKey: 'm',
  at: 'then',
};

it('reads what was stored', () => {
  expect(readRegistered(registered)).toEqual(registered);
  expect(readRegistered({ ...registered, condition: 'runFinished' })).toMatchObject({ condition: 'runFinished' });
  expect(readUnregistered({ subscriber: '/p/1' })).toEqual({ subscriber: '/p/1' });
  expect(readUnregistered({ subscriber: '/p/1', manifestKey: 'm' })).toEqual({ subscriber: '/p/1', manifestKey: 'm' });
});

it.each<[string, Json]>([
  ['no key', { ...registered, key: '' }],
  ['a NUL', { ...registered, subscriber: '/p/\0' }],
  ['an unknown condition', { ...registered, condition: 'someday' }],
  ['a condition on something else', { ...registered, condition: { on: 'tick' } }],
  ['nothing', null],
])('passes over a fact with %s', (_name, data) => expect(readRegistered(data)).toBeUndefined());

it('never throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      readRegistered(value as Json);
      readUnregistered(value as Json);
    }),
  );
});
