import { describe, expect, it } from '@jest/globals';
import { nestsDeeperThan } from './json-depth.js';

const deeper = (text: string, limit: number): boolean => nestsDeeperThan(Buffer.from(text), limit);

describe('nestsDeeperThan', () => {
  it('counts arrays and objects alike', () => {
    expect(deeper('[{"a":[1]}]', 3)).toBe(false);
    expect(deeper('[{"a":[1]}]', 2)).toBe(true);
  });

  it('does not count brackets inside strings', () => {
    expect(deeper('["[[[[", "\\"[[[["]', 1)).toBe(false);
    expect(deeper('["\\\\",[]]', 1)).toBe(true);
  });

  it('does not count siblings', () => {
    expect(deeper(`[${'[],'.repeat(1000)}[]]`, 2)).toBe(false);
  });

  it('ends on text that is no JSON', () => {
    expect(deeper(']]]]["', 1)).toBe(false);
    expect(deeper('"\\', 1)).toBe(false);
    expect(deeper('['.repeat(1_000_000), 128)).toBe(true);
  });
});
