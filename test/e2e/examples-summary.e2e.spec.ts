import { describe, expect, it } from '@jest/globals';
import { childUrl, leadUrl } from '../../examples/folder-report/lead.js';
import { foldRun } from '../../examples/folder-report/run.js';
import { summarize } from '../../examples/folder-report/summary.js';

const said = (text: string): readonly string[] =>
  summarize(text)
    .join('')
    .split('\n')
    .filter((line) => line !== '');

describe('a summary', () => {
  it('counts lines, words and characters', () => {
    expect(said('one two\nthree\n')[0]).toBe('2 lines, 3 words, 14 characters.');
    expect(said('one')[0]).toBe('1 line, 1 word, 3 characters.');
    expect(said('')).toEqual(['0 lines, 0 words, 0 characters.']);
    expect(said('a\r\nb\rc')[0]).toBe('3 lines, 3 words, 6 characters.');
    expect(said('👍')[0]).toBe('1 line, 1 word, 1 character.');
    expect(said('x '.repeat(1234))[0]).toBe('1 line, 1,234 words, 2,468 characters.');
  });

  it('names the headings, and takes nothing in a code block for one', () => {
    const text = '# One\n#tag\n####### seven\n~~~\n# code\n```\n# code\n~~~\n   ## Two ##\n    # indented code\n';
    expect(said(text).filter((line) => line.startsWith('- ') && !line.startsWith('- line'))).toEqual([
      '- One',
      '- Two ##',
    ]);
  });

  it('names twelve headings and says how many more there are', () => {
    const lines = said('# h\n'.repeat(15));
    expect(lines.filter((line) => line === '- h')).toHaveLength(12);
    expect(lines).toContain('- and 3 more');
  });

  it('shows the longest lines, the first of equal ones first, cut between characters', () => {
    expect(said(`b\n${'👍'.repeat(61)}\nccc\na\n`).slice(-3)).toEqual([
      `- line 2 (61): ${'👍'.repeat(60)}…`,
      '- line 3 (3): ccc',
      '- line 1 (1): b',
    ]);
  });

  it('has nothing in it that a stream or a terminal could not take', () => {
    const text = `a\0b\u001b[31m\uD800\n# \0\u0007heading\n`;
    expect(summarize(Buffer.from(text).toString()).join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Surrogate}]/u);
  });
});

describe('the fold of a run', () => {
  const run = (status: string): object => ({ type: 'run', key: 'run-0', value: { status }, headers: {} });
  const delta = (n: number): object => ({
    type: 'text_delta',
    key: `msg-0:${n}`,
    value: { delta: `${n}` },
    headers: {},
  });

  it.each([
    ['an empty stream', [], 'absent', ''],
    ['a run that was left in the middle', [run('started'), delta(0), delta(1)], 'started', '01'],
    ['a run that ended', [run('started'), delta(0), run('completed')], 'completed', '0'],
    ['a run that failed', [run('started'), run('failed')], 'failed', ''],
  ])('knows %s', (_what, events, status, text) => {
    const folded = foldRun(events as Parameters<typeof foldRun>[0]);
    expect([folded.status, folded.parts.join('')]).toEqual([status, text]);
  });
});

describe('the address of an agent', () => {
  const file = (name: string): { name: string; digest: string } => ({ name, digest: 'd' });
  const ID = /^\/[a-z]+\/[A-Za-z0-9_~-]{1,200}$/;

  it('is one the server takes, whatever the file is called', () => {
    const lead = leadUrl({ path: `/x/${'ünï .%'.repeat(40)}`, files: [] });
    expect(lead).toMatch(ID);
    for (const name of ['a.md', '../x y/%2F.md', 'ü'.repeat(300), '']) expect(childUrl(lead, file(name))).toMatch(ID);
  });

  it('tells names apart that look alike, and folders whose files differ', () => {
    const lead = leadUrl({ path: '/x', files: [file('a.md')] });
    expect(childUrl(lead, file('a.md'))).not.toBe(childUrl(lead, file('a_md')));
    expect(lead).not.toBe(leadUrl({ path: '/x', files: [{ ...file('a.md'), digest: 'e' }] }));
    expect(lead).toBe(leadUrl({ path: '/x', files: [file('a.md')] }));
  });
});
