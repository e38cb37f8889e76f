import { expect, it } from '@jest/globals';
import { syncSettingOf } from './read-sync-setting.js';

it('reads an interval as milliseconds', () => {
  expect(syncSettingOf({ config: { sync_interval: 120_000_000_000 } })).toBe(120_000);
});

it('lets sync_always win over the interval', () => {
  expect(syncSettingOf({ config: { sync_interval: 120_000_000_000, sync_always: true } })).toBe('always');
});

it.each([[undefined], [null], [{}], [{ config: {} }], [{ config: { sync_interval: '2m' } }]])(
  'does not guess from %j',
  (document) => {
    expect(syncSettingOf(document)).toBe('unknown');
  },
);
