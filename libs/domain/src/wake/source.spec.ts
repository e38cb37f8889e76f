import { expect, it } from '@jest/globals';
import { parseSource, sourceAt } from './source.js';

it.each([
  ['/chat/42', 'chat/42/main'],
  ['/principal/user%3Aa', 'principal/user%3Aa/main'],
  ['/_electric/shared-state/x', '_electric/shared-state/x'],
  ['/_cron/abc', '_cron/abc'],
  ['/_webhooks/key/some.bucket', '_webhooks/key/some.bucket'],
])('%s is the stream %s', (url, path) => {
  expect(parseSource(url)).toEqual({ url, path });
});

it.each([
  '',
  'chat/42',
  '/chat',
  '/chat/42/main',
  '/_cron',
  '/_cron/',
  '/_cron//x',
  '/_cron/..',
  '/_cron/a b',
  '/_x/*',
])('%j cannot be waited for', (url) => {
  expect(() => parseSource(url)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});

it('has one spelling', () => {
  expect(parseSource('/principal/user:a').url).toBe('/principal/user%3Aa');
});

it('knows which streams are evaluated', () => {
  expect(sourceAt('chat/42/main')).toEqual({ kind: 'entity', type: 'chat', url: '/chat/42' });
  expect(sourceAt('_electric/shared-state/x')).toEqual({ kind: 'shared-state' });
  for (const path of ['chat/42/attachments/1', 'some/plain/stream', 'a/main', '_x/y/main', 'chat/42/main/more'])
    expect(sourceAt(path)).toBeUndefined();
});
