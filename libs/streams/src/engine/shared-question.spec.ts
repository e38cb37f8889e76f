import { describe, expect, it } from '@jest/globals';
import { SharedQuestion } from './shared-question.js';

interface Asked {
  readonly answer: (value: number) => void;
  readonly fail: (error: Error) => void;
}

const aQuestion = () => {
  const asked: Asked[] = [];
  const question = new SharedQuestion<number>(
    () => new Promise((resolve, reject) => asked.push({ answer: resolve, fail: reject })),
  );
  const askedTimes = async (times: number): Promise<void> => {
    while (asked.length < times) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { asked, question, askedTimes };
};

describe('a shared question', () => {
  it('is asked once for everybody of one turn of the event loop, however late in it', async () => {
    const { asked, question, askedTimes } = aQuestion();
    const first = question.answer();
    for (let hops = 0; hops < 50; hops += 1) await Promise.resolve();
    const second = question.answer();
    expect(asked).toHaveLength(0);
    await askedTimes(1);
    asked[0]?.answer(7);
    expect(await Promise.all([first, second])).toEqual([7, 7]);
    expect(asked).toHaveLength(1);
  });

  it('is asked anew for who comes while it is under way', async () => {
    const { asked, question, askedTimes } = aQuestion();
    const early = question.answer();
    await askedTimes(1);
    const late = Promise.all([question.answer(), question.answer()]);
    asked[0]?.answer(1);
    expect(await early).toBe(1);
    await askedTimes(2);
    asked[1]?.answer(2);
    expect(await late).toEqual([2, 2]);
    expect(asked).toHaveLength(2);
  });

  it('is asked anew for who comes after it was answered', async () => {
    const { asked, question, askedTimes } = aQuestion();
    const before = question.answer();
    await askedTimes(1);
    asked[0]?.answer(1);
    await before;
    const after = question.answer();
    await askedTimes(2);
    asked[1]?.answer(2);
    expect(await after).toBe(2);
  });

  it('fails for those only who shared it', async () => {
    const { asked, question, askedTimes } = aQuestion();
    const early = question.answer();
    await askedTimes(1);
    const late = question.answer();
    asked[0]?.fail(new Error('no answer'));
    await expect(early).rejects.toThrow('no answer');
    await askedTimes(2);
    asked[1]?.answer(2);
    expect(await late).toBe(2);
  });
});
