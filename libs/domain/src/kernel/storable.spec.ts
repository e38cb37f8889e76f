import { describe, expect, it } from '@jest/globals';
import { checkStorable } from './storable.js';

const refusal = expect.objectContaining({ code: 'INVALID_REQUEST' });

describe('a value that read models keep', () => {
  it.each(['\0', '\ud800', '\udc00x'])('has no text with %j, wherever', (text) => {
    for (const value of [text, [text], { a: { b: [1, text] } }, { [text]: 1 }])
      expect(() => checkStorable('it', value, 100)).toThrow(refusal);
  });
  it.each(['\\u0000', '🎉', '\n'])('may have %j', (text) =>
    expect(() => checkStorable('it', { [text]: [text, null, 1, true] }, 100)).not.toThrow(),
  );
  it('is measured with everything but ASCII escaped', () => {
    expect(() => checkStorable('it', 'é', 8)).not.toThrow();
    expect(() => checkStorable('it', 'é', 7)).toThrow(refusal);
  });
});
