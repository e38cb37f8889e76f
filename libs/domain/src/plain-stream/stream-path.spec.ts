import { describe, expect, it } from '@jest/globals';
import { classOfPath, isControlRoute, streamPath } from './stream-path.js';

const malformed = expect.objectContaining({ code: 'INVALID_REQUEST' });

describe('the path of a stream', () => {
  it.each(['a', 'a/b/c', 'a%20b', 'a%2Eb', '...', 'ä'.replace('ä', '%C3%A4'), 'x'.repeat(900)])(
    '%s is as sent',
    (sent) => expect(streamPath(sent)).toBe(sent),
  );

  it.each([
    ['', 'empty'],
    ['a//b', 'an empty segment'],
    ['a/', 'an empty segment at the end'],
    ['a/../b', 'dots'],
    ['./a', 'a dot'],
    ['a/%2e%2E/b', 'dots in disguise'],
    ['a%2Fb', 'a hidden slash'],
    ['a%00', 'NUL'],
    ['a%', 'broken percent encoding'],
    ['%ff', 'bytes that are no UTF-8'],
    ['\u00e4', 'what should have been encoded'],
    ['x'.repeat(901), 'too long'],
    ['%20'.repeat(181), 'too long once escaped'],
  ])('%j is refused: %s', (sent) => expect(() => streamPath(sent)).toThrow(malformed));
});

describe('the class of a path', () => {
  it.each([
    ['orders', 'plain'],
    ['chat/42', 'plain'],
    ['chat/42/main', 'entity'],
    ['chat/42/main/x', 'plain'],
    ['chat/42/attachments/7', 'attachment'],
    ['chat/42/attachments', 'plain'],
    ['_electric/shared-state/board', 'shared-state'],
    ['_electric/entities', 'control'],
    ['_electric/pg-sync/t/1', 'server'],
    ['_cron/abc', 'server'],
    ['%5Fcron/abc', 'server'],
    ['_entities/abc', 'server'],
    ['_webhooks/abc/def', 'server'],
    ['runners/7/wake', 'server'],
    ['runners/7', 'plain'],
    ['__ds/subscriptions', 'control'],
    ['x/__ds/subscriptions', 'plain'],
  ])('of %s is %s', (path, expected) => expect(classOfPath(path)).toBe(expected));

  it('knows the routes of the server itself, however they are spelt', () => {
    for (const sent of ['v1/entities', '%76%31/x', 'health', 'docs/app.js', 'docs-json', '_electric/x', 'metrics'])
      expect(isControlRoute(sent)).toBe(true);
    for (const sent of ['v2', 'orders', 'chat/v1', 'docsearch/1/main', 'docs-of-mine'])
      expect(isControlRoute(sent)).toBe(false);
  });
});
