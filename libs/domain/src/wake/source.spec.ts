import { expect, it } from '@jest/globals';
import { sourceAt, streamPathOf } from './source.js';

it.each([
  ['/chat/42', 'chat/42/main'],
  ['/principal/user%3Aa', 'principal/user%3Aa/main'],
  ['/_electric/shared-state/x', '_electric/shared-state/x'],
  ['/_cron/abc', '_cron/abc'],
  ['/_entities/abc', '_entities/abc'],
  ['/chat/42/attachments/1', 'chat/42/attachments/1'],
])('%s is the stream %s', (url, path) => {
  expect(streamPathOf(url)).toBe(path);
});

it('knows which streams are evaluated', () => {
  expect(sourceAt('chat/42/main')).toEqual({ kind: 'entity', type: 'chat', url: '/chat/42' });
  expect(sourceAt('_electric/shared-state/x')).toEqual({ kind: 'shared-state' });
  for (const path of ['chat/42/attachments/1', 'some/plain/stream', 'a/main', '_x/y/main', 'chat/42/main/more'])
    expect(sourceAt(path)).toBeUndefined();
});
