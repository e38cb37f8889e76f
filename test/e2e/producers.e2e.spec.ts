import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from './gateway/http.js';
import { ReveilleOutside } from './support/reveille-outside.js';

const LONG_MS = 120_000;
const PRODUCERS = 200;
const STREAM = '/produced';

const reveille = new ReveilleOutside();

const nameOf = (producer: number, epoch: number, seq: number): string =>
  `${String(producer)}/${String(epoch)}/${String(seq)}`;

const send = (producer: number, epoch: number, seq: number): Promise<Answer> =>
  reveille.call('POST', STREAM, JSON.stringify(nameOf(producer, epoch, seq)), {
    'content-type': 'application/json',
    'producer-id': `p${String(producer)}`,
    'producer-epoch': String(epoch),
    'producer-seq': String(seq),
  });

const everybody = Array.from({ length: PRODUCERS }, (_, producer) => producer);

const told = ({ status, headers }: Answer): unknown => ({
  status,
  epoch: headers.get('producer-epoch'),
  seq: headers.get('producer-seq'),
  expected: headers.get('producer-expected-seq'),
  received: headers.get('producer-received-seq'),
});
const NOTHING = { epoch: null, seq: null, expected: null, received: null };

beforeAll(() => reveille.start(), LONG_MS);
afterAll(() => reveille.destroy(), LONG_MS);

describe('200 producers of one stream, after kill -9 and a new start', () => {
  beforeAll(async () => {
    await reveille.call('PUT', STREAM, undefined, { 'content-type': 'application/json' });
    for (const seq of [0, 1]) {
      const answers = await Promise.all(everybody.map((producer) => send(producer, producer === 7 ? 3 : 0, seq)));
      expect(answers.map(({ status }) => status)).toEqual(everybody.map(() => 200));
    }
    await reveille.kill();
    await reveille.start();
  }, LONG_MS);

  it('are told what they wrote last, whenever that was', async () => {
    for (const producer of [0, 1, 100, 199]) {
      expect(told(await send(producer, 0, 0))).toEqual({ ...NOTHING, status: 204, epoch: '0', seq: '1' });
      expect(told(await send(producer, 0, 1))).toEqual({ ...NOTHING, status: 204, epoch: '0', seq: '1' });
    }
  });

  it('are told which request is missing', async () => {
    expect(told(await send(2, 0, 9))).toEqual({ ...NOTHING, status: 409, expected: '2', received: '9' });
  });

  it('stay fenced by their own later epoch', async () => {
    expect(told(await send(7, 0, 2))).toEqual({ ...NOTHING, status: 403, epoch: '3' });
    expect((await send(7, 4, 1)).status).toBe(400);
  });

  it('go on where they were, and nothing is there twice', async () => {
    const answers = await Promise.all(everybody.map((producer) => send(producer, producer === 7 ? 3 : 0, 2)));
    expect(answers.map(({ status }) => status)).toEqual(everybody.map(() => 200));
    const { json } = await reveille.call('GET', STREAM);
    const once = everybody.flatMap((p) => [0, 1, 2].map((seq) => nameOf(p, p === 7 ? 3 : 0, seq)));
    expect((json as readonly string[]).toSorted()).toEqual(once.toSorted());
  });
});
