import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamSubject, waitersSubject } from '@app/contracts';
import { UNOBSERVED_MS, type StreamItem } from '@app/domain';
import { START, type Log } from '@app/streams';
import { openMemoryLog } from '@app/streams/memory/index.js';
import { stamp } from '../kernel/stamp.js';
import type { Subjects } from '../ports/subjects.js';
import { MembershipStreams } from './membership-streams.js';

const REF = '0011223344556677-8899aabbccddeeff';
const query = { tags: { team: 'blue' }, principal: '/principal/user%3Aa', kind: 'user' };
const subjects = { stream: streamSubject, waiters: waitersSubject } as Partial<Subjects> as Subjects;

const came = (url: string): StreamItem => ({
  type: 'members',
  key: url,
  value: { url },
  headers: { operation: 'insert', timestamp: '2026-01-02T03:04:05.678Z' },
});

let now: number;
let log: Log;
let streams: MembershipStreams;
const clock = { now: () => now };

beforeEach(async () => {
  now = Date.now();
  log = await openMemoryLog();
  streams = new MembershipStreams(log, clock, subjects);
});
afterEach(() => log.close());

const keep = (): Promise<void> => streams.keep('t', REF, query, stamp(log, clock));

const members = async (): Promise<readonly string[]> => {
  const subject = streamSubject('t', `_entities/${REF}`);
  const { entries } = await log.read(subject, START, { messages: 100, bytes: 1 << 20 });
  return entries.flatMap(({ body }) =>
    (JSON.parse(`[${Buffer.from(body).toString()}]`) as StreamItem[]).map(({ key }) => key),
  );
};

describe('a membership stream', () => {
  it('takes what was decided on all that was told, and from one writer only', async () => {
    await keep();
    expect(await streams.append('t', REF, 0, [came('/a/1'), came('/a/2')])).toBe(1);
    // Another one that looked at the same time, or this one after it died.
    expect(await streams.append('t', REF, 0, [came('/a/1')])).toBeUndefined();
    expect(await streams.append('t', REF, 1, [came('/a/3')])).toBe(2);
    expect(await members()).toEqual(['/a/1', '/a/2', '/a/3']);
  });

  it('of many writers at once has what one of them says', async () => {
    await keep();
    const others = Array.from({ length: 20 }, () => new MembershipStreams(log, clock, subjects));
    const taken = await Promise.all(others.map((each) => each.append('t', REF, 0, [came('/a/1')])));
    expect(taken.filter((written) => written !== undefined)).toHaveLength(1);
    expect(await members()).toEqual(['/a/1']);
  });

  it('takes nothing when it was never asked for, or has been left', async () => {
    expect(await streams.append('t', REF, 0, [came('/a/1')])).toBeUndefined();
    await keep();
    now += UNOBSERVED_MS;
    await streams.leave('t', REF);
    expect(await streams.append('t', REF, 0, [came('/a/1')])).toBeUndefined();
    await keep();
    expect(await streams.append('t', REF, 0, [came('/a/1')])).toBe(1);
  });

  it('is not left while somebody reads it', async () => {
    await keep();
    now += UNOBSERVED_MS / 2;
    await streams.observed('t', REF, (await streams.load('t', REF)).membership);
    now += UNOBSERVED_MS / 2;
    await streams.leave('t', REF);
    expect((await streams.load('t', REF)).membership.situation).toBe('kept');
  });
});
