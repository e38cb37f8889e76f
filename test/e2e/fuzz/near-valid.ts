import type { Chance } from '@app/testing/chance.js';
import type { Draft } from './draft.js';
import type { Operation } from './document.js';

type Fields = Readonly<Record<string, unknown>>;

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

const KIB = 1024;

/** Values that are wrong in most places, and hard to keep in many. */
const ODD_VALUES: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 2 ** 53 + 2,
  () => 1e308,
  () => 0.5,
  () => '',
  () => ' ',
  () => '..',
  () => '*',
  () => '>',
  () => 'a b',
  () => 'nul\0nul',
  () => 'lone \ud800 surrogate',
  () => '\ud83d\ude00',
  () => '/principal/nobody',
  () => '/fz-open/../x',
  () => 'x'.repeat(300),
  () => 'x'.repeat(100 * KIB),
  () => [],
  () => [[]],
  () => ({}),
  () => ({ $ref: '#/nowhere' }),
  () => nested(100),
  () => nested(200),
  () => Array.from({ length: 2_000 }, () => 0),
  () => Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`k${String(n)}`, 'v'])),
];

const NAMES = ['unknown', '__proto__', 'constructor', 'toString', '', 'nul\0', '\ud800', 'x'.repeat(1_000)];

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));

/** Own properties only, `__proto__` too. */
const withOwn = (fields: Fields, name: string, value: unknown): Fields =>
  Object.fromEntries([...Object.entries(fields), [name, value]]);

const spoiltFields = (fields: Fields, chance: Chance): unknown => {
  const name = chance.of(Object.keys(fields).concat(NAMES));
  const odd = chance.of(ODD_VALUES)();
  switch (chance.between(0, 4)) {
    case 0:
      return without(fields, name);
    case 1:
      return withOwn(fields, chance.of(NAMES), odd);
    case 2:
      return isFields(fields[name]) ? withOwn(fields, name, spoiltFields(fields[name], chance)) : odd;
    default:
      return withOwn(fields, name, odd);
  }
};

const spoiltBody = (draft: Draft, chance: Chance): Draft => {
  const { json } = draft;
  const known = Array.isArray(json) ? json[0] : json;
  const spoilt = isFields(known) ? spoiltFields(known, chance) : chance.of(ODD_VALUES)();
  return { ...draft, json: Array.isArray(json) ? [spoilt] : spoilt };
};

const ODD_TEXTS = [
  ...[
    '',
    '-1',
    '0',
    '1.5',
    '99999999999999999999',
    'NaN',
    'true',
    '%00',
    '%ED%A0%80',
    '%zz',
    '..',
    '*',
    '%F0%9F%98%80',
  ],
  ...['a,b', '0_0', '0000000000000000_00000000000000zz', '9999999999999999_9999999999999999', 'x'.repeat(2_000), '[]'],
];

const spoiltQuery = (draft: Draft, chance: Chance, names: readonly string[]): Draft => {
  const name = chance.of(names);
  const odd = [name, chance.of(ODD_TEXTS)] as const;
  const others = chance.next() < 0.5 ? draft.query : draft.query.filter(([each]) => each !== name);
  return { ...draft, query: chance.next() < 0.5 ? [...others, odd] : [odd, ...others] };
};

const spoiltHeader = (draft: Draft, chance: Chance, names: readonly string[]): Draft => {
  const value = chance.of(['', '-1', '0', 'x', '1e3', ' ', '99999999999999999999', '\u00e9', 'x'.repeat(300), 'true']);
  return { ...draft, headers: [...draft.headers, [chance.of(names), value]] };
};

const named = ({ parameters }: Operation, where: string): readonly string[] =>
  parameters.filter((each) => each.in === where).map(({ name }) => name);

/** One thing is wrong with it, or at least strange: a field, a query parameter or a header that the document names. */
export const nearlyValid = (draft: Draft, chance: Chance): Draft => {
  const flavoured = { ...draft, flavour: 'nearly valid' };
  const queries = named(draft.operation, 'query');
  const headers = named(draft.operation, 'header');
  const ways = [
    ...(draft.json === undefined ? [] : [spoiltBody, spoiltBody]),
    ...(queries.length === 0 ? [] : [spoiltQuery]),
    ...(headers.length === 0 ? [] : [spoiltHeader]),
  ];
  if (ways.length === 0) return spoiltQuery(flavoured, chance, ['unknown', 'limit']);
  const way = chance.of(ways);
  return way(flavoured, chance, way === spoiltQuery ? queries : headers);
};
