import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@app/contracts';
import { parseShapeAsked, parseShapePlace, type ShapeAsked, type ShapePlace } from './shape-query.js';
import { ELSEWHERE, formatOffset, parseOffset } from './shape-tokens.js';

const parse = (text: string): ShapeAsked & ShapePlace => {
  const query = new URLSearchParams(text);
  return { ...parseShapeAsked(query), ...parseShapePlace(query) };
};
const HANDLE = `${'0a'.repeat(12)}-1700000000000-5-0`;

describe('the query of a shape', () => {
  it('is what the published client sends', () => {
    expect(parse('log=full&offset=-1&table=entities')).toEqual({
      table: 'entities',
      params: {},
      full: false,
      changesOnly: false,
      offset: 'start',
    });
    const more = parse(
      `columns=${encodeURIComponent('"url","odd""name"')}&cursor=7&handle=${HANDLE}&live=true&log=full&offset=12_0` +
        `&params[1]=a&params[2]=b&replica=full&table=entities&where=${encodeURIComponent('status = $1')}`,
    );
    expect(more).toMatchObject({
      where: 'status = $1',
      params: { 1: 'a', 2: 'b' },
      columns: ['url', 'odd"name'],
      full: true,
      offset: { position: 12, after: 0 },
      handle: { id: '0a'.repeat(12), generation: 1_700_000_000_000, expired: 5 },
      live: 'long-poll',
      cursor: '7',
    });
  });

  it('may hold what is not known here', () => {
    expect(parse('table=entities&offset=-1&cache-buster=1&expired_handle=x&tenant=y')).toMatchObject({
      offset: 'start',
    });
  });

  it.each(['offset=-1', 'table=a&table=b&offset=-1'])('names one table: %s', (query) => {
    expect(() => parse(query)).toThrow(new ApiError('TABLE_NOT_ALLOWED', 'exactly one "table" must be given'));
  });

  it.each([
    'table=e',
    'table=e&offset=',
    'table=e&offset=5',
    'table=e&offset=5_',
    'table=e&offset=-5_0',
    'table=e&offset=0_inf',
    `table=e&offset=5_${'9'.repeat(16)}&handle=${HANDLE}`,
    'table=e&offset=5_0',
    'table=e&offset=-1&handle=x',
    `table=e&offset=-1&handle=${HANDLE}0000000000000000`,
    'table=e&offset=-1&live=true',
    `table=e&offset=5_7&live=true&handle=${HANDLE}`,
    'table=e&offset=-1&live=yes',
    'table=e&offset=-1&replica=half',
    'table=e&offset=-1&log=some',
    'table=e&offset=-1&params=1',
    'table=e&offset=-1&params[0]=1',
    'table=e&offset=-1&params[x]=1',
    'table=e&offset=-1&columns=',
    'table=e&offset=-1&columns=a,,b',
    'table=e&offset=-1&columns=a;b',
    'table=e&offset=-1&subset__where=x',
  ])('is refused: %s', (query) => {
    expect(() => parse(query)).toThrow(ApiError);
  });

  it.each(['offset=0_inf&handle=123-456', 'offset=1234_5&handle=a.b', 'offset=0_0&live=true&handle=123-456'])(
    'leads a client of another server nowhere, so that it begins anew: %s',
    (query) => {
      const { offset, handle } = parse(`table=e&${query}`);
      expect([offset, handle]).toEqual([ELSEWHERE, undefined]);
    },
  );

  it('reads the offsets that are given out', () => {
    for (const after of [0, 1, 2 ** 52]) expect(parseOffset(formatOffset(7, after))).toEqual({ position: 7, after });
  });
});
