import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../kernel/stream-item.js';
import { composerInputViolations } from './composer-input.js';

const source = 'run /fix on a.ts 🎉';
const fix = { kind: 'slash_command', name: 'fix', start: 4, end: 8, raw: '/fix' };
const file = { kind: 'file', path: 'src/a.ts', start: 12, end: 16, raw: 'a.ts' };
const paths = (payload: Json | undefined): string[] => composerInputViolations(payload).map(({ path }) => path);
const nodes = (...list: Json[]): string[] => paths({ source, nodes: list });

describe('a composer input', () => {
  it('is text, alone or with nodes in order', () => {
    expect(paths({ source: '' })).toEqual([]);
    expect(nodes(fix, file)).toEqual([]);
  });

  it('counts positions in UTF-16 units', () => {
    expect(nodes({ kind: 'party', start: 17, end: 19, raw: '🎉' })).toEqual([]);
    expect(nodes({ kind: 'party', start: 17, end: 20, raw: '🎉' })).toEqual(['/nodes/0/end']);
  });

  it.each([
    [undefined, ['/']],
    ['hi', ['/']],
    [[], ['/']],
    [{}, ['/source']],
    [{ source: 1 }, ['/source']],
    [{ source, nodes: {} }, ['/nodes']],
  ])('is not %j', (payload, expected) => expect(paths(payload)).toEqual(expected));

  it.each([
    ['no object', 1, ['/nodes/0']],
    ['no kind', { ...fix, kind: '' }, ['/nodes/0/kind']],
    ['no start', { ...fix, start: '4' }, ['/nodes/0/start']],
    ['half an end', { ...fix, end: 8.5 }, ['/nodes/0/end']],
    ['a negative start', { ...fix, start: -1 }, ['/nodes/0/start']],
    ['an end before its start', { ...fix, end: 3 }, ['/nodes/0/end']],
    ['another text', { ...fix, raw: '/fox' }, ['/nodes/0/raw']],
    ['no command name', { ...fix, name: 'Fix' }, ['/nodes/0/name']],
    ['no path', { ...file, path: '' }, ['/nodes/0/path']],
    ['no symbol', { ...file, kind: 'symbol' }, ['/nodes/0/name']],
    ['no branch', { ...file, kind: 'branch', name: '' }, ['/nodes/0/name']],
  ])('has no node with %s', (_name, node, expected) => expect(nodes(node)).toEqual(expected));

  it('has no nodes that overlap or stand out of order, and tells every one', () => {
    expect(nodes(file, fix)).toEqual(['/nodes/1/start']);
    expect(nodes(fix, { ...fix, start: 7, raw: 'x' }, 1)).toEqual(['/nodes/1/start', '/nodes/2']);
  });

  it('never breaks on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        composerInputViolations(value as Json);
        composerInputViolations({ source, nodes: [value as Json] });
      }),
    );
  });
});
