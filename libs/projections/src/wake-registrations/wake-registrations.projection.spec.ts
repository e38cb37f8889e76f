import { expect, it } from '@jest/globals';
import { rowsAfter, type MessageSpec } from '@app/testing/projection-spec.js';
import { wakeRegistrationsProjection } from './wake-registrations.projection.js';

const path = 'chat/42/main';

const registered = (key: string, manifestKey?: string): MessageSpec => ({
  path,
  kind: 'waiters',
  events: [['registered', { key, subscriber: '/chat/1', source: '/chat/42', ...(manifestKey && { manifestKey }) }]],
});

const keys = (specs: readonly MessageSpec[]): readonly unknown[] =>
  (rowsAfter(wakeRegistrationsProjection, specs).wake_registrations ?? []).map(({ key, seq }) => [key, seq]);

it('ignores an equal registration while the first one is active', () => {
  expect(keys([registered('a'), registered('a')])).toEqual([['"a"', 1]]);
});

it('starts a new registration after the old one was removed', () => {
  const gone: MessageSpec = { path, kind: 'waiters', events: [['unregistered', { subscriber: '/chat/1' }]] };
  expect(keys([registered('a'), gone, registered('a')])).toEqual([['"a"', 3]]);
});

it('removes only what has the manifest key, when one is named', () => {
  const gone: MessageSpec = {
    path,
    kind: 'waiters',
    events: [['unregistered', { subscriber: '/chat/1', manifestKey: 'm' }]],
  };
  expect(keys([registered('a', 'm'), registered('b'), registered('c', 'n'), gone])).toEqual([
    ['"b"', 2],
    ['"c"', 3],
  ]);
});

it('forgets everybody who waits for a source that has ended', () => {
  const killed: MessageSpec = { path, events: [['status', { status: 'killed', at: 1 }]] };
  expect(keys([registered('a'), killed])).toEqual([]);
});
