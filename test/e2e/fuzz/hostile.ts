import type { Chance } from '@app/testing/chance.js';
import { bodyOf, pathOf, withHeader, withParams, type Draft } from './draft.js';

type Attack = (draft: Draft, chance: Chance) => Draft;

const SEGMENTS = [
  ...[
    '%2F',
    '%2e%2e',
    '..',
    '.',
    '%00',
    'a%00b',
    '*',
    '%3E',
    '>',
    '%20',
    'a.b',
    'a%20b',
    '%ED%A0%80',
    '%E0%A4',
    '%',
    '%zz',
  ],
  ...[
    'x'.repeat(201),
    'x'.repeat(900),
    '%252F',
    '%F0%9F%98%80',
    "';--",
    '{a}',
    'a|b',
    '\u00e9',
    '$SYS',
    '_cron',
    '__proto__',
  ],
  ...['principal', 'user%3Aalice', 'main', 'constructor', '~', ':', '@', '-'],
];

/** Segments that a router may take for something else. */
const LEAVING = /^(\.|\.\.|%2e%2e|)$/i;

const segment: Attack = (draft, chance) => {
  const names = Object.keys(draft.params);
  if (names.length === 0) return otherMethod(draft, chance);
  const value = chance.of(SEGMENTS);
  // Percent signs that do not mean anything, and bytes that are no ASCII, are refused before a route is found.
  const unreadable = /%(?![0-9a-f]{2})|[^\x21-\x7e]|%ED%A0|%E0%A4/i.test(value);
  const attacked = withParams(draft, { [chance.of(names)]: value });
  // Some paths of the root are plain streams, control routes or another operation.
  return { ...attacked, unreadable, elsewhere: LEAVING.test(value) || /^(_cron|principal|main)$/.test(value) };
};

const otherMethod: Attack = (draft, chance) => ({
  ...draft,
  method: chance.of(['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY']),
  elsewhere: true,
});

const otherPath: Attack = (draft, chance) => {
  const path = pathOf({ ...draft, query: [] });
  const change = chance.of<(text: string) => string>([
    (text) => `${text}/`,
    (text) => `${text}//`,
    (text) => `/${text}`,
    (text) => `${text}/../x`,
    (text) => `${text}/%2e%2e/x`,
    (text) => `${text}#fragment`,
    (text) => `${text}?${'a=b&'.repeat(2_500)}`,
    (text) => `${text}/${'x'.repeat(9_000)}`,
    (text) => text.replace(/\/([^/])/, '/%2F$1'),
    (text) => text.toUpperCase(),
    (text) => text.replace('/v1/', '/_electric/'),
  ]);
  return { ...draft, query: [], rawPath: change(path), elsewhere: true, unreadable: true };
};

const spoiltBytes: Attack = (draft, chance) => {
  const bytes = bodyOf(draft) ?? Buffer.from('{}');
  const changed = chance.of<(sent: Uint8Array) => Uint8Array>([
    (sent) => sent.subarray(0, Math.max(1, sent.length - 1)),
    () => new Uint8Array(0),
    () => Buffer.from([0xff, 0xfe, 0x00]),
    () => Buffer.from('{"value":"\xff\xc0"}', 'latin1'),
    () => Buffer.from('{"a":"\\ud800"}'),
    () => Buffer.from('{"a":"\\u0000"}'),
    () => Buffer.from('['.repeat(50_000)),
    () => Buffer.from('{"a":'.repeat(5_000)),
    () => Buffer.from('{"__proto__":{"x":1},"constructor":{}}'),
    () => Buffer.from('{"a":1,"a":2}'),
    () => Buffer.from('nonsense'),
    () => Buffer.from(`"${'x'.repeat(1_200_000)}"`),
    (sent) => Buffer.concat([sent, sent]),
  ]);
  return { ...draft, bytes: changed(bytes) };
};

const contentType: Attack = (draft, chance) => {
  const type = chance.of([
    'text/plain',
    'text/html',
    'application/xml',
    'multipart/form-data',
    'nonsense',
    '',
    ';',
    '*/*',
  ]);
  return withHeader(draft, 'content-type', type);
};

const encoding: Attack = (draft, chance) => ({
  ...withHeader(draft, 'content-encoding', chance.of(['gzip', 'br', 'nonsense'])),
  unreadable: true,
});

const strangeHeader: Attack = (draft, chance) => {
  const [name, value] = chance.of<readonly [string, string]>([
    ['authorization', 'Bearer '],
    ['authorization', 'Basic YTpi'],
    ['authorization', `Bearer ${'x'.repeat(4_000)}`],
    ['electric-claim-token', 'not-a-token'],
    ['electric-owner-entity', '/fz-open/../x'],
    ['electric-principal', 'nobody'],
    ['electric-principal', 'user:a/b'],
    ['electric-principal', '/principal/user%3A'],
    ['electric-principal', `user:${'x'.repeat(3_000)}`],
    ['electric-principal', 'system:framework '],
    ['electric-principal', 'user:\u00ff'],
    ['x-large', 'x'.repeat(30_000)],
    ['Idempotency-Key', ''],
    ['Idempotency-Key', 'x'.repeat(256)],
    ['Idempotency-Key', '\u00ff'],
    ['if-none-match', '*'],
    ['reveille-min-position', '-1'],
    ['producer-id', 'only-this'],
    ['stream-closed', 'maybe'],
    ['stream-ttl', '01'],
  ]);
  const twice = chance.next() < 0.3;
  const once = { ...draft, headers: [...draft.headers, [name, value] as const] };
  return {
    ...(twice ? { ...once, headers: [...once.headers, [name, `${value}2`] as const] } : once),
    unreadable: true,
  };
};

const ATTACKS = [segment, segment, otherMethod, otherPath, spoiltBytes, contentType, encoding, strangeHeader];

/** A request that no client would send. */
export const hostileDraft = (draft: Draft, chance: Chance): Draft => ({
  ...chance.of(ATTACKS)(draft, chance),
  flavour: 'hostile',
});
