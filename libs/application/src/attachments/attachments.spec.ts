import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamSubject, waitersSubject } from '@app/contracts';
import { decideSignal, decideSpawn, type AttachmentManifest, type StreamItem } from '@app/domain';
import { START, StreamAbsent, type Log } from '@app/streams';
import { openMemoryLog } from '@app/streams/memory/index.js';
import { signal, spawn } from '@app/testing/entity-examples.js';
import { EntityWriter } from '../entities/entity-writer.js';
import { stamp } from '../kernel/stamp.js';
import type { Subjects } from '../ports/subjects.js';
import { Attachments } from './attachments.js';
import type { StoredAttachment } from './stored-attachment.js';

const PATH = 'chat/1/attachments/x';
const MAIN = { mainPath: 'chat/1/main' };
const subjects = { stream: streamSubject, waiters: waitersSubject } as Partial<Subjects> as Subjects;
const clock = { now: () => Date.now() };

const manifest: AttachmentManifest = {
  key: 'attachment:x',
  kind: 'attachment',
  id: 'x',
  streamPath: `/${PATH}`,
  status: 'complete',
  subject: { type: 'run', key: 'r' },
  role: 'output',
  mimeType: 'text/plain',
  byteLength: 5,
  sha256: 'of bytes',
  createdAt: '2026-01-02T03:04:05.678Z',
  createdBy: '/principal/user%3Aa',
};

let log: Log;
let listed: boolean;
let entities: EntityWriter;
/** As several processes have them. */
let one: Attachments;
let two: Attachments;

beforeEach(async () => {
  log = await openMemoryLog();
  listed = true;
  entities = new EntityWriter(log, subjects);
  one = new Attachments(log, clock, subjects, () => Promise.resolve(listed));
  two = new Attachments(log, clock, subjects, () => Promise.resolve(listed));
  await entities.submit('t', MAIN, stamp(log, clock), {
    creates: true,
    decide: (state) => decideSpawn(state, spawn()),
  });
});
afterEach(() => log.close());

const kill = (): Promise<unknown> =>
  entities.submit('t', MAIN, stamp(log, clock), { decide: (state) => decideSignal(state, signal('SIGKILL')) });

const store = async (by = one): Promise<StoredAttachment> => {
  const sent = { body: Buffer.from('bytes'), count: 5, types: [] };
  const stored = await by.store('t', stamp(log, clock), manifest, sent);
  if (!stored) throw new Error('it was there');
  return stored;
};

const entries = async (): Promise<readonly StreamItem[]> => {
  const read = await log.read(streamSubject('t', MAIN.mainPath), START, { messages: 100, bytes: 1 << 20 });
  const items = read.entries.flatMap(({ body }) => JSON.parse(`[${Buffer.from(body).toString()}]`) as StreamItem[]);
  return items.filter(({ type }) => type === 'manifest');
};

const bytes = async (): Promise<string | undefined> => {
  try {
    const read = await log.read(streamSubject('t', PATH), START, { messages: 100, bytes: 1 << 20 });
    return read.entries.map(({ body }) => Buffer.from(body).toString()).join('');
  } catch (error) {
    if (error instanceof StreamAbsent) return undefined;
    throw error;
  }
};

describe('an attachment', () => {
  it('is bytes, then one entry, under an id that follows from the bytes', async () => {
    const stored = await store();
    expect(await entries()).toEqual([]);
    expect(await one.list('t', stored)).toBe('written');
    expect(await entries()).toEqual([
      expect.objectContaining({
        key: 'attachment:x',
        value: manifest,
        headers: expect.objectContaining({ txid: stored.txid }),
      }),
    ]);
    expect(stored.txid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await two.current('t', PATH)).toEqual(stored);
  });

  it('that nobody told of is told of by whoever settles it, once, however many do', async () => {
    await store();
    await Promise.all([one.settle('t', PATH), two.settle('t', PATH), two.settle('t', PATH)]);
    expect(await entries()).toHaveLength(1);
    expect(await bytes()).toBe('bytes');
  });

  it('that was told of is left as it is', async () => {
    await one.list('t', await store());
    await two.settle('t', PATH);
    expect(await entries()).toHaveLength(1);
    expect(await bytes()).toBe('bytes');
  });

  it('of an entity that ended meanwhile is gone', async () => {
    const stored = await store();
    await kill();
    await expect(one.list('t', stored)).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    expect(await bytes()).toBeUndefined();
    expect(await entries()).toEqual([]);
  });

  it('of an entity that ended later stays', async () => {
    await one.list('t', await store());
    await kill();
    await two.settle('t', PATH);
    expect(await bytes()).toBe('bytes');
  });

  it('whose entry was removed, but not its bytes, is gone', async () => {
    await one.list('t', await store());
    listed = false;
    await two.settle('t', PATH);
    expect(await bytes()).toBeUndefined();
  });

  it('is not taken for the one before it under the same id', async () => {
    const first = await store();
    await one.list('t', first);
    await one.discard('t', PATH, first.seq);
    const second = await store(two);
    expect(second.txid).not.toBe(first.txid);
    await one.discard('t', PATH, first.seq);
    expect(await bytes()).toBe('bytes');
    await two.list('t', second);
    expect(await entries()).toHaveLength(2);
  });

  it('is not there twice', async () => {
    await store();
    const again = await two.store('t', stamp(log, clock), manifest, {
      body: Buffer.from('other'),
      count: 5,
      types: [],
    });
    expect(again).toBeUndefined();
    expect(await bytes()).toBe('bytes');
  });
});
