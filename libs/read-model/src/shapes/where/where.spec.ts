import { beforeAll, describe, expect, it } from '@jest/globals';
import { WhereCompiler } from './compile-where.js';
import { loadParser, parseWhere } from './parse-where.js';
import { InvalidWhere } from './where-error.js';
import type { SqlType } from './where-types.js';

const TYPES: Readonly<Record<string, SqlType>> = {
  url: 'text',
  status: 'text',
  tags: 'jsonb',
  revision: 'int4',
  created_at: 'int8',
};

/** SQL with the values of its parameters. */
const compile = (text: string, params: Record<string, string> = {}): readonly [string, ...(string | null)[]] => {
  const values: (string | null)[] = [];
  const sql = new WhereCompiler((name) => (Object.hasOwn(TYPES, name) ? TYPES[name] : undefined), params)
    .condition(parseWhere(text))
    .sql({
      column: (name) => `row.${name}`,
      param: (value) => `$${String(values.push(value))}`,
    });
  return [sql, ...values];
};

beforeAll(loadParser);

describe('the condition of a shape', () => {
  it.each<readonly [string, string, ...(string | null)[]]>([
    [`status = 'idle'`, '(row.status) = ($1::text::text)', 'idle'],
    [`'idle' <> "status"`, '($1::text::text) <> (row.status)', 'idle'],
    [`created_at >= 5`, '(row.created_at) >= ($1::text::int8)', '5'],
    [`created_at < '-5'`, '(row.created_at) < ($1::text::int8)', '-5'],
    [`created_at = 99999999999999999999`, '(row.created_at) = ($1::text::numeric)', '99999999999999999999'],
    [`revision = 1.5`, '(row.revision) = ($1::text::numeric)', '1.5'],
    [`status IS NULL OR NOT url IS NOT NULL`, '((row.status) IS NULL OR NOT ((row.url) IS NOT NULL))'],
    [`status in ('a','b')`, '((row.status) = ($1::text::text) OR (row.status) = ($2::text::text))', 'a', 'b'],
    [`status not in ('a')`, '((row.status) <> ($1::text::text))', 'a'],
    [`url like '/chat/%'`, '(row.url) ~~ ($1::text::text)', '/chat/%'],
    [`url not ilike 'x'`, '(row.url) !~~* ($1::text::text)', 'x'],
    [`tags->>'team' = 'blue'`, '((row.tags) ->> ($1::text::text)) = ($2::text::text)', 'team', 'blue'],
    [`tags @> '{"a":"1"}'::jsonb`, '(row.tags) @> ($1::text::jsonb)', '{"a":"1"}'],
    [`tags ? 'a'`, '(row.tags) ? ($1::text::text)', 'a'],
    [`lower(status) = 'x'`, '(lower(row.status)) = ($1::text::text)', 'x'],
    [
      `created_at between 1 and 2`,
      '((row.created_at) >= ($1::text::int8) AND (row.created_at) <= ($2::text::int8))',
      '1',
      '2',
    ],
    [`status is distinct from null`, '(row.status) IS DISTINCT FROM ($1::text::text)', null],
    [`coalesce(status, 'x') = 'x'`, '(coalesce(row.status, $1::text::text)) = ($2::text::text)', 'x', 'x'],
    [`true`, '$1::text::bool', 'true'],
    [`(status = 'a') is not true`, '((row.status) = ($1::text::text)) IS NOT TRUE', 'a'],
    [`url = E'a\\'b'`, '(row.url) = ($1::text::text)', "a'b"],
  ])('%s', (text, ...expected) => {
    expect(compile(text)).toEqual(expected);
  });

  it('takes its values from parameters, lists too', () => {
    expect(compile('status = $1 AND created_at > $2', { 1: `x' OR 1=1`, 2: '7' }).slice(1)).toEqual([`x' OR 1=1`, '7']);
    const [sql, ...values] = compile('status = ANY($1)', { 1: '{a,"b \\"c",NULL, d e }' });
    expect(values).toEqual(['a', 'b "c', null, 'd e']);
    expect(sql.match(/ OR /g)).toHaveLength(3);
    expect(compile('status = ANY($1)', { 1: '{}' })).toEqual(['false']);
    expect(compile(`status <> ALL(ARRAY['a'])`)[1]).toBe('a');
  });

  it.each([
    ['', /cannot be read/],
    [`status = 'a') OR (1 = 1`, /cannot be read/],
    [`status = 'a`, /cannot be read/],
    [`status = 'a' --`, /comment/],
    [`status = 'a' /* b */`, /comment/],
    [`status = 'a'; SELECT 1`, /end of a statement/],
    [`status = 'a' GROUP BY url`, /more than a condition/],
    [`status = 'a' UNION SELECT 2`, /more than a condition/],
    [`status = 'a' LIMIT 1`, /more than a condition/],
    [`password = 'a'`, /no column "password"/],
    [`entities.status = 'a'`, /no column "entities.status"/],
    [`__proto__ = 'a'`, /no column/],
    [`status`, /text is used where bool/],
    [`status = 5`, /int8 is used where text/],
    [`created_at = 'x'`, /is no int8/],
    [`tags > '{}'`, /jsonb has no >/],
    [`tags = '{'`, /is no jsonb/],
    [`url in (SELECT 1)`, /not supported/],
    [`exists (SELECT 1)`, /SubLink/],
    [`pg_sleep(10) is null`, /pg_sleep is not supported/],
    [`status = current_user`, /not supported/],
    [`url ~ '(a+)+$'`, /operator ~ is not supported/],
    [`url like status`, /pattern must be a constant/],
    [`url like 'a\\'`, /ends with a backslash/],
    [`status::int4 = 5`, /only constants/],
    [`status = 'a'::regclass`, /cast to regclass/],
    [`status = $2`, /parameter \$2 is not given/],
    [`created_at + 1 = 2`, /operator \+ is not supported/],
    [`status = ANY('{a,b')`, /is no array/],
    [`status = ANY(status)`, /list must be a constant/],
    [`${'('.repeat(300)}true${')'.repeat(300)}`, /too complex/],
    [`${'not '.repeat(900)}true`, /too complex/],
    [`status = '${'x'.repeat(5_000)}'`, /longer than/],
    [`status = E'\\uD800'`, /cannot be read/],
  ])('%s is refused', (text, why) => {
    expect(() => compile(text)).toThrow(InvalidWhere);
    expect(() => compile(text)).toThrow(why);
  });
});
