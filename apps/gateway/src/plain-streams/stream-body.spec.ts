import { expect, it } from '@jest/globals';
import { bodyReader } from './stream-body.js';

const JSON_TYPE = 'application/json';
const text = `[ ${Array.from({ length: 200_000 }, (_, n) => String(n)).join(' , ')} ]`;

it.each([
  ['small', '[1, 2]', '1,2', 2],
  ['large', text, text.replaceAll(/[[\] ]/g, ''), 200_000],
])('a %s body that is read again is the same', async (_size, sent, items, count) => {
  const read = bodyReader(Buffer.from(sent));
  for (let again = 0; again < 3; again += 1) {
    const { sent: stored, problem } = await read(JSON_TYPE);
    expect([stored.count, problem, Buffer.from(stored.body).toString() === items]).toEqual([count, undefined, true]);
  }
});

it('a large body that was read as JSON is no other one any more', async () => {
  const read = bodyReader(Buffer.from(text));
  await read(JSON_TYPE);
  await expect(read('text/plain')).rejects.toMatchObject({ code: 'STREAM_CONFLICT' });
  expect((await bodyReader(Buffer.from(text))('text/plain')).sent.count).toBe(text.length);
});

it('no body is nothing, of whatever type', async () => {
  for (const type of [JSON_TYPE, 'text/plain', ''])
    expect((await bodyReader(Buffer.alloc(0))(type)).sent.count).toBe(0);
});
