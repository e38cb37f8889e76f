import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../kernel/stream-item.js';
import { CUT_MARKER, foldResponses, responseOf, RUN_TEXT_LIMIT, type RunResponse } from './run-response.js';
import { cutText } from './text-size.js';

const delta = (run_id: string, text: Json): Json => ({
  type: 'text_delta',
  key: 'm:0',
  value: { run_id, delta: text },
});
const error = (run_id: string, message: string): Json => ({ type: 'error', key: 'e', value: { run_id, message } });

const fold = (items: readonly Json[]): Map<string, RunResponse> => {
  const runs = new Map<string, RunResponse>();
  foldResponses(runs, items);
  return runs;
};

describe('the response of a run', () => {
  it('is its own deltas in order', () => {
    const runs = fold([delta('run-0', 'a'), delta('run-1', 'x'), delta('run-0', 'b'), { type: 'text', key: 'm' }, 7]);
    expect(responseOf(runs.get('run-0'), 'completed')).toEqual({ response: 'ab' });
  });

  it('is absent when nothing was said', () => {
    expect(responseOf(undefined, 'completed')).toEqual({});
    expect(responseOf(fold([delta('r', ''), delta('r', 3)]).get('r'), 'failed')).toEqual({});
  });

  it('has the errors of a failed run only', () => {
    const run = fold([error('r', 'one'), delta('r', 'a'), error('r', 'two'), error('other', 'three')]).get('r');
    expect(responseOf(run, 'failed')).toEqual({ response: 'a', error: 'one\ntwo' });
    expect(responseOf(run, 'completed')).toEqual({ response: 'a' });
  });

  it('is cut at the limit and says so', () => {
    const run = fold(Array.from({ length: 5 }, () => delta('r', 'é'.repeat(200_000)))).get('r');
    expect(responseOf(run, 'completed').response).toBe('é'.repeat(RUN_TEXT_LIMIT / 2) + CUT_MARKER);
  });

  it('does not depend on how the items are split', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.string())), fc.nat(), (deltas, at) => {
        const items = deltas.map(([run, text]) => delta(run, text));
        const runs = fold(items.slice(0, at));
        foldResponses(runs, items.slice(at));
        expect(runs).toEqual(fold(items));
      }),
    );
  });
});

it('measures text as it is written in JSON, and never splits a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 40 }), (text, limit) => {
      const whole = cutText(text, Infinity);
      expect(whole.bytes).toBe(Buffer.byteLength(JSON.stringify(text)) - 2);
      const { text: start, bytes, cut } = cutText(text, limit);
      expect(bytes).toBeLessThanOrEqual(limit);
      expect(text.startsWith(start)).toBe(true);
      expect(cut).toBe(whole.bytes > limit);
    }),
  );
});
