import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@app/contracts';
import { parseReadQuery } from './read-query.js';

describe('parseReadQuery', () => {
  it('starts at the beginning without an offset or with -1, at the tail with now', () => {
    expect(parseReadQuery('/a')).toEqual({ offset: { seq: 0, pos: 0 } });
    expect(parseReadQuery('/a?offset=-1&x=1')).toEqual({ offset: { seq: 0, pos: 0 } });
    expect(parseReadQuery('/a?offset=now&live=sse&cursor=7')).toEqual({ offset: 'now', live: 'sse', cursor: '7' });
    expect(parseReadQuery('/a?offset=0000000000000012_0000000000000003')).toEqual({ offset: { seq: 12, pos: 3 } });
  });

  it('refuses offsets this server never gave out, repeated ones, and live reads without one', () => {
    for (const query of [
      'offset=',
      'offset=1_2',
      'offset=a,b',
      'offset=-1&offset=now',
      'offset=%00',
      'live=sse',
      'live=long-poll',
    ])
      expect(() => parseReadQuery(`/a?${query}`)).toThrow(ApiError);
  });
});
