import { describe, expect, it } from '@jest/globals';
import { START, type Entry, type Offset, type StreamEnd, type StreamSlice } from '@app/streams';
import { PageCache } from './page-cache.js';
import { asOf, isWhole, joined, pageOf, type Page } from './page.js';

const SUBJECT = 'log.t.s.a.d';
const LIMIT = { messages: 4, bytes: 1_000 };
const at = (seq: number): Offset => ({ seq, pos: 0 });

const entry = (seq: number, text: string): Entry => ({ offset: at(seq), count: 1, body: Buffer.from(text) });
const large = { offset: at(9), count: 1, pieces: () => (async function* () {})() };

const slice = (entries: readonly Entry[], more: Partial<StreamSlice> = {}): StreamSlice => ({
  contentType: 'application/json',
  incarnation: 1,
  entries,
  next: entries.at(-1)?.offset ?? START,
  upToDate: true,
  closed: false,
  ...more,
});

const end = (seq: number, more: Partial<StreamEnd> = {}): StreamEnd => ({
  exists: true,
  contentType: 'application/json',
  closed: false,
  tail: at(seq),
  seq,
  incarnation: 1,
  ...more,
});

const two = [entry(2, '1'), entry(3, '2')];
const bodyOf = (page: Page | undefined): string => String(page?.body);

describe('a page that was read before', () => {
  it('is whole while the stream ends where it does, and when it is full', () => {
    expect(isWhole(pageOf(slice(two)), end(3))).toBe(true);
    expect(isWhole(pageOf(slice(two)), end(4))).toBe(false);
    expect(isWhole(pageOf(slice(two, { upToDate: false })), end(4))).toBe(true);
  });

  it('tells that the stream was closed since, if it reaches the end', () => {
    const closed = end(3, { seq: 4, closed: true });
    expect(asOf(pageOf(slice(two)), closed)).toMatchObject({ upToDate: true, closed: true });
    expect(asOf(pageOf(slice(two)), end(3))).toMatchObject({ closed: false });
    expect(asOf(pageOf(slice(two, { upToDate: false })), closed)).toMatchObject({ closed: false });
  });

  it('goes on with what was appended since', () => {
    const more = slice([entry(5, '{"a":3}')], { closed: true });
    const page = joined(pageOf(slice(two)), more, LIMIT);
    expect(page).toMatchObject({ entries: 3, next: at(5), upToDate: true, closed: true });
    expect(JSON.parse(bodyOf(page))).toEqual([1, 2, { a: 3 }]);
    const text = { contentType: 'text/plain' };
    expect(bodyOf(joined(pageOf(slice(two, text)), slice([entry(5, 'x')], text), LIMIT))).toBe('12x');
  });

  it('does not go on beyond what one page holds', () => {
    const page = pageOf(slice(two));
    const three = [entry(5, '3'), entry(6, '4'), entry(7, '5')];
    expect(joined(page, slice(three.slice(0, 2)), LIMIT)).toMatchObject({ entries: 4 });
    expect(joined(page, slice(three), LIMIT)).toBeUndefined();
    expect(joined(page, slice(three.slice(0, 1)), { messages: 4, bytes: bodyOf(page).length + 1 })).toBeUndefined();
  });

  it('does not go on with a large entry, with nothing, or with another life', () => {
    const page = pageOf(slice(two));
    expect(joined(page, slice([], { large }), LIMIT)).toBeUndefined();
    expect(joined(page, slice([]), LIMIT)).toBeUndefined();
    expect(joined(page, slice([entry(5, '3')], { incarnation: 4 }), LIMIT)).toBeUndefined();
  });
});

describe('kept pages', () => {
  const holding = (kept: StreamSlice): PageCache => {
    const pages = new PageCache();
    pages.keep(SUBJECT, START, pageOf(kept));
    return pages;
  };

  it('are of one stream, one offset and one life', () => {
    const pages = holding(slice(two));
    expect(bodyOf(pages.find(SUBJECT, START, end(3)))).toBe('[1,2]');
    expect(pages.find('log.t.s.b.d', START, end(3))).toBeUndefined();
    expect(pages.find(SUBJECT, at(2), end(3))).toBeUndefined();
    expect(pages.find(SUBJECT, START, end(3, { incarnation: 5 }))).toBeUndefined();
    expect(pages.find(SUBJECT, START, end(3, { exists: false }))).toBeUndefined();
  });

  it('are never empty, and never hold a large entry', () => {
    expect(holding(slice([])).find(SUBJECT, START, end(0))).toBeUndefined();
    expect(holding(slice([], { large })).find(SUBJECT, START, end(9))).toBeUndefined();
  });

  it('make room for others', () => {
    const pages = new PageCache();
    const keep = (n: number, bytes: number): void => {
      pages.keep(`s${String(n)}`, START, pageOf(slice([entry(2, 'x'.repeat(bytes))])));
    };
    const kept = (n: number): boolean => pages.find(`s${String(n)}`, START, end(2)) !== undefined;
    keep(0, 2 * 1024 * 1024);
    expect(kept(0)).toBe(false);
    for (let n = 1; n <= 40; n += 1) keep(n, 512 * 1024);
    expect(kept(1)).toBe(false);
    expect(kept(40)).toBe(true);
  });
});
