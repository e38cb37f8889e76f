import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkTypeName, entityAddress, entityOfMainPath, parseEntityUrl } from './entity-address.js';

const bad = ['', 'a/b', 'a.b', 'a*', 'a>', 'a%20', 'a b', 'a\u0000', 'a\n', 'é', '中', 'x'.repeat(201), '..'];

describe('an entity address', () => {
  it('names the entity and its main stream', () => {
    const address = { type: 'chat', id: '42', url: '/chat/42', path: 'chat/42', mainPath: 'chat/42/main' };
    expect(entityAddress('chat', '42')).toEqual(address);
    expect(parseEntityUrl('/chat/42')).toEqual(address);
    expect(entityOfMainPath('chat/42/main')).toEqual(address);
  });

  it.each(bad)('has no segment %j, and the refusal names the rule', (segment) => {
    const rule = expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringMatching(/1 to 200/) });
    expect(() => entityAddress('chat', segment)).toThrow(rule);
    expect(() => entityAddress(segment, '42')).toThrow(rule);
  });

  it.each(['chat/42', '/chat', '/chat/42/main', '//42', '/chat/', 'http://x/chat/42'])('is not %j', (url) =>
    expect(() => parseEntityUrl(url)).toThrow(/entity URL/),
  );

  it('has no type that starts with an underscore', () => expect(() => entityAddress('_cron', 'x')).toThrow(/"_"/));

  it('of a principal is the same however it was encoded', () => {
    const { url, mainPath } = entityAddress('principal', 'user:alice');
    expect(url).toBe('/principal/user%3Aalice');
    expect(mainPath).toBe('principal/user%3Aalice/main');
    expect(entityAddress('principal', 'user%3aalice').url).toBe(url);
    expect(() => entityAddress('principal', 'alice')).toThrow(/principal is/);
  });

  it('is at most 900 bytes, counted as the broker will see them', () => {
    // 'principal/user%3A' + id + '/main', where the % is written %25: 24 bytes around the id.
    expect(entityAddress('principal', `user:${'x'.repeat(876)}`).id).toHaveLength(883);
    expect(() => entityAddress('principal', `user:${'x'.repeat(877)}`)).toThrow(/900 bytes/);
    expect(() => entityAddress('principal', `user:${'é'.repeat(100)}`)).toThrow(/900 bytes/);
  });

  it('comes back from its URL', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9~:@!$&'()+,;=-]{1,200}$/);
    fc.assert(
      fc.property(segment, segment, (type, id) => {
        const address = entityAddress(type, id);
        expect(parseEntityUrl(address.url)).toEqual(address);
        expect(entityOfMainPath(address.mainPath)).toEqual(address);
      }),
    );
  });
});

it.each(['chat/42', 'chat/42/main/x', '_cron/x/main', 'chat/a b/main', 'a/attachments/main/x'])(
  'no entity has its main stream at %j',
  (path) => expect(entityOfMainPath(path)).toBeUndefined(),
);

describe('the name of an entity type', () => {
  it.each(['v1', 'docs', 'health', 'metrics', 'console', 'runners', 'principal', '_x', '.x', ...bad])(
    'is not %j',
    (name) => expect(() => checkTypeName(name)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' })),
  );
  it.each(['chat', 'v2', 'a', 'My-Agent', 'constructor'])('may be %j', (name) =>
    expect(() => checkTypeName(name)).not.toThrow(),
  );
});
