import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';

const { code } = transformSync(readFileSync(new URL('./heap-growth.ts', import.meta.url), 'utf8'), {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'es6' },
});

/** Heap in MB at its largest, while objects that live for a while come and go beside 40 MB that stay. */
const PROGRAM = `${code}
  limitHeapGrowth(Number(process.argv[1]));
  const some = (count) => Array.from({ length: count }, (_, n) => ({ n, text: 'x'.repeat(40) + n }));
  const kept = some(200_000);
  const passing = [];
  let most = 0;
  for (let round = 0; round < 150; round += 1) {
    passing.push(some(10_000));
    if (passing.length > 4) passing.shift();
    most = Math.max(most, process.memoryUsage().heapTotal);
  }
  console.log(most / 1048576, kept.length);
`;

const heapMb = (percent: number): number =>
  parseFloat(execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM, String(percent)]).toString());

describe('the heap', () => {
  it('takes less the less it may grow', () => {
    expect(heapMb(25)).toBeLessThan(0.8 * heapMb(400));
  });
});
