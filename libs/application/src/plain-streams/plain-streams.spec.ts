import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { streamSubject } from '@app/contracts';
import { decideReference, type Reference, type StreamConfig } from '@app/domain';
import { Clock } from '@app/platform';
import { DeadlineExceeded, formatOffset, START, type Log } from '@app/streams';
import { encodeMessage } from '@app/streams/codec/format-v1.js';
import { MemoryBackend, MemoryBroker, openMemoryLog } from '@app/streams/memory/index.js';
import { EntityAccess } from '../access/entity-access.js';
import { SharedStateAccess } from '../access/shared-state-access.js';
import { EntityReader } from '../entities/entity-reader.js';
import { EntityWriter } from '../entities/entity-writer.js';
import { PrincipalEntities } from '../entities/principal-entities.js';
import { TypeRegistry } from '../entity-types/type-registry.js';
import { SchemaCompiler } from '../schemas/schema-compiler.js';
import { SharedStateGuard } from './shared-state-guard.js';
import { stamp } from '../kernel/stamp.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG, REGISTRY_LOG } from '../ports/tokens.js';
import { ForkSources } from './fork-sources.js';
import { AppendToStreamCommand, AppendToStreamHandler } from './handlers/append-to-stream.handler.js';
import { CreateStreamCommand, CreateStreamHandler } from './handlers/create-stream.handler.js';
import { DeleteStreamCommand, DeleteStreamHandler } from './handlers/delete-stream.handler.js';
import { OpenStreamHandler, OpenStreamQuery, type OpenedStream } from './handlers/open-stream.handler.js';
import { PlainStreamWriter } from './plain-stream-writer.js';
import { PlainStreams } from './plain-streams.js';
import { Renewals } from './renewals.js';

const caller = { tenant: 't', principal: '/principal/user%3Aa' };
const TYPE = 'text/plain';
const missing = expect.objectContaining({ code: 'STREAM_NOT_FOUND' });
const gone = expect.objectContaining({ code: 'STREAM_GONE' });
const conflict = expect.objectContaining({ code: 'STREAM_CONFLICT' });
const idle = (ttl: number): Partial<StreamConfig> => ({ expiry: { kind: 'idle', ttl } });

describe('plain streams', () => {
  let broker: MemoryBroker;
  let log: Log;
  let registryLog: Log;
  let module: TestingModule;
  let passed: number;
  const clock = { now: () => Date.now() + passed };

  beforeEach(async () => {
    passed = 0;
    broker = new MemoryBroker();
    log = await openMemoryLog(broker);
    registryLog = await openMemoryLog();
    module = await Test.createTestingModule({
      imports: [CqrsModule],
      providers: [
        ...[PlainStreamWriter, PlainStreams, ForkSources, Renewals, SharedStateGuard, SharedStateAccess],
        ...[EntityAccess, EntityReader, EntityWriter, PrincipalEntities, TypeRegistry, SchemaCompiler],
        ...[CreateStreamHandler, AppendToStreamHandler, DeleteStreamHandler, OpenStreamHandler],
        { provide: EVENT_LOG, useValue: log },
        { provide: REGISTRY_LOG, useValue: registryLog },
        { provide: Subjects, useValue: { stream: streamSubject } },
        { provide: Clock, useValue: clock },
      ],
    }).compile();
    await module.init();
  });

  afterEach(async () => {
    await module.close();
    await log.close();
    await registryLog.close();
  });

  const sent = (text: string) => ({ sent: { body: Buffer.from(text), count: text.length, types: [] } });
  const create = (path: string, config: Partial<StreamConfig> = {}, body = '') =>
    module
      .get(CommandBus)
      .execute(
        new CreateStreamCommand(caller, path, { contentType: TYPE, closed: false, ...config }, () =>
          Promise.resolve(sent(body)),
        ),
      );
  const fork = (path: string, source: string, more: Partial<StreamConfig> = {}, offset?: string) =>
    create(path, { fork: { source, subOffset: 0, ...(offset === undefined ? {} : { offset }) }, ...more });
  const append = (path: string, text: string) =>
    module
      .get(CommandBus)
      .execute(new AppendToStreamCommand(caller, path, { hasBody: true, contentType: TYPE }, sent(text).sent));
  const remove = (path: string): Promise<void> => module.get(CommandBus).execute(new DeleteStreamCommand(caller, path));
  const open = (path: string, counts: 'as-use' | 'not-as-use' = 'not-as-use'): Promise<OpenedStream> =>
    module.get(QueryBus).execute(new OpenStreamQuery(caller, path, counts));
  const text = async (path: string): Promise<string> => {
    const { entries } = await log.read(streamSubject('t', path), START, { messages: 100, bytes: 1 << 20 });
    return entries.map(({ body }) => Buffer.from(body).toString()).join('');
  };
  const messages = async (path: string): Promise<number> => {
    const { seq } = await module.get(PlainStreamWriter).load('t', path);
    return seq;
  };

  it('hold what was written, until they are deleted, and nothing of it afterwards', async () => {
    await create('a', {}, 'one');
    await append('a', 'two');
    expect(await text('a')).toBe('onetwo');
    await remove('a');
    await expect(open('a')).rejects.toEqual(missing);
    await expect(append('a', 'three')).rejects.toMatchObject({ cause: { code: 'not-found' } });
    expect(await create('a', {}, 'four')).toMatchObject({ created: true });
    expect(await text('a')).toBe('four');
  });

  describe('that end when idle', () => {
    it('end on the first look after their time, by whatever is asked', async () => {
      for (const path of ['a', 'b', 'c', 'd']) await create(path, idle(10), 'old');
      passed += 10_001;
      await expect(open('a')).rejects.toEqual(missing);
      await expect(append('b', 'x')).rejects.toMatchObject({ cause: { code: 'not-found' } });
      await expect(remove('c')).rejects.toEqual(missing);
      expect(await create('d', { contentType: 'text/html' }, 'new')).toMatchObject({ created: true });
      expect(await text('d')).toBe('new');
      passed += 60_000;
      expect(await open('d')).toMatchObject({ end: { contentType: 'text/html' } });
    });

    it('live on with every append and every read, but not because somebody asks about them', async () => {
      await create('a', idle(10));
      await create('b', idle(10));
      for (const use of [() => append('a', 'x'), () => open('a', 'as-use'), () => append('a', 'y')]) {
        passed += 7_000;
        await use();
        await open('b').catch(() => undefined);
      }
      expect(await open('a')).toMatchObject({ end: { closed: false } });
      await expect(open('b')).rejects.toEqual(missing);
    });

    it('count from the last use, although not every use is written down at once', async () => {
      const createdAt = clock.now();
      await create('a', idle(2));
      const before = await messages('a');
      passed += 100;
      for (let use = 0; use < 5; use += 1) await open('a', 'as-use');
      expect(await messages('a')).toBe(before);
      const renewed = async (): Promise<boolean> => {
        const { state } = await module.get(PlainStreamWriter).load('t', 'a');
        return state.situation === 'live' && state.renewedAt >= createdAt + 100;
      };
      for (let turn = 0; turn < 100 && !(await renewed()); turn += 1)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await renewed()).toBe(true);
    });

    it('have the window of their own life, not of the one before', async () => {
      await create('a', idle(1_000_000));
      await open('a', 'as-use');
      await remove('a');
      await create('a', idle(10));
      for (let turn = 0; turn < 3; turn += 1) {
        passed += 8_000;
        await open('a', 'as-use');
      }
      expect(await open('a')).toMatchObject({ expiry: { kind: 'idle', ttl: 10 } });
    });

    it('that is asked of at once with no time at all, are created and over', async () => {
      expect(await create('a', idle(0))).toMatchObject({ created: true });
      await expect(open('a')).rejects.toEqual(missing);
    });
  });

  describe('as forks', () => {
    it('share what the source had, and nothing later', async () => {
      await create('src', {}, 'one');
      const { tail } = await append('src', 'two');
      await fork('f', 'src');
      await append('src', 'three');
      await append('f', 'four');
      expect(await text('f')).toBe('onetwofour');
      expect(await fork('f', 'src', {}, formatOffset(tail))).toMatchObject({ created: false });
      expect(await text('src')).toBe('onetwothree');
    });

    it('leave the source exactly where they were told, also inside what was committed together', async () => {
      await create('src', {}, 'start;');
      const appends = Array.from({ length: 12 }, (_, index) => `${String(index)}${'-'.repeat(index)};`);
      const ends = await Promise.all(appends.map((body) => append('src', body)));
      // So that control-only messages lie between the appends.
      await fork('early', 'src');
      ends.push(...(await Promise.all(['x;', 'yy;'].map((body) => append('src', body)))));
      appends.push('x;', 'yy;');
      const whole = await text('src');
      expect(whole).toBe(`start;${appends.join('')}`);
      for (const [index, { tail }] of ends.entries()) {
        const offset = formatOffset(tail);
        const shared = `start;${appends.slice(0, index + 1).join('')}`;
        const next = appends[index + 1] ?? '';
        for (let subOffset = 0; subOffset <= next.length; subOffset += 1) {
          const path = `f/${String(index)}/${String(subOffset)}`;
          const expected = shared + next.slice(0, subOffset);
          const forked = await create(path, { fork: { source: 'src', offset, subOffset } }, 'own');
          expect([path, await text(path)]).toEqual([path, `${expected}own`]);
          const { entries } = await log.read(streamSubject('t', path), tail, { messages: 100, bytes: 1 << 20 });
          expect(entries.map(({ body }) => Buffer.from(body).toString()).join('')).toBe(
            `${next.slice(0, subOffset)}own`,
          );
          await append(path, '!');
          const { entries: last } = await log.read(streamSubject('t', path), forked.tail, { messages: 9, bytes: 99 });
          expect(last.map(({ body }) => Buffer.from(body).toString())).toEqual(['!']);
          // A fork of the fork, at the place where that left its source.
          await create(`${path}/again`, { fork: { source: path, offset, subOffset } });
          expect(await text(`${path}/again`)).toBe(expected);
          await remove(`${path}/again`);
          await remove(path);
        }
      }
    });

    it('keep a deleted source readable for themselves alone; the last takes it away', async () => {
      await create('src', {}, 'one');
      await fork('f', 'src');
      await fork('g', 'src');
      await remove('src');
      for (const look of [() => open('src'), () => remove('src')]) await expect(look()).rejects.toEqual(gone);
      await expect(create('src')).rejects.toEqual(conflict);
      await expect(fork('h', 'src')).rejects.toEqual(conflict);
      expect(await text('f')).toBe('one');
      await remove('f');
      await expect(open('src')).rejects.toEqual(gone);
      await remove('g');
      await expect(open('src')).rejects.toEqual(missing);
      expect(await create('src')).toMatchObject({ created: true });
    });

    it('of forks take a whole chain with them', async () => {
      await create('a', {}, 'a');
      await fork('b', 'a');
      await append('b', 'b');
      await fork('c', 'b');
      await remove('a');
      await remove('b');
      expect(await text('c')).toBe('ab');
      await remove('c');
      for (const path of ['a', 'b', 'c']) await expect(open(path)).rejects.toEqual(missing);
    });

    it('that expired hold nothing, found out when somebody looks at the source', async () => {
      await create('src', {}, 'one');
      await fork('f', 'src', idle(10));
      await remove('src');
      await expect(open('src')).rejects.toEqual(gone);
      passed += 10_001;
      await expect(open('src')).rejects.toEqual(missing);
    });

    it('outlive a source that expires', async () => {
      await create('src', idle(10), 'one');
      await fork('f', 'src', idle(100));
      passed += 10_001;
      await expect(open('src')).rejects.toEqual(gone);
      expect(await text('f')).toBe('one');
      await expect(create('src')).rejects.toEqual(conflict);
    });

    it('that are refused leave no reference behind', async () => {
      await create('src', {}, 'one');
      await create('taken');
      await expect(fork('f', 'src', { contentType: 'text/html' })).rejects.toEqual(conflict);
      await expect(fork('taken', 'src')).rejects.toEqual(conflict);
      await expect(fork('f', 'src', {}, formatOffset({ seq: 99, pos: 0 }))).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
      });
      const unreadable = new CreateStreamCommand(
        caller,
        'f',
        { closed: false, fork: { source: 'src', subOffset: 0 } },
        () => {
          throw new RangeError('the body nests too deep');
        },
      );
      await expect(module.get(CommandBus).execute(unreadable)).rejects.toThrow(RangeError);
      await remove('src');
      await expect(open('src')).rejects.toEqual(missing);
    });

    /** A reference on `src` for a fork `f` that never comes. */
    const referTo = async (more: Partial<Reference>): Promise<void> => {
      await create('src', {}, 'one');
      const taken = stamp(log, clock);
      const reference = { id: 'lost', fork: 'f', at: taken.now, ...more };
      await module.get(PlainStreamWriter).submit('t', 'src', taken, {
        decide: ({ state, ...facts }) => decideReference(state, facts, { now: taken.now, reference }),
      });
    };

    it('that never came to be hold the source for a minute only', async () => {
      await referTo({ after: 0 });
      await remove('src');
      await expect(open('src')).rejects.toEqual(gone);
      passed += 60_001;
      await expect(open('src')).rejects.toEqual(missing);
      // Whoever was about to create it has expected nothing there.
      const { seq, state } = await module.get(PlainStreamWriter).load('t', 'f');
      expect([seq > 0, state.situation]).toEqual([true, 'absent']);
      expect(await create('f', {}, 'later')).toMatchObject({ created: true });
      expect(await text('f')).toBe('later');
    });

    it('that never came to be hold nothing where something else did', async () => {
      await referTo({ after: 0 });
      await create('f', {}, 'another');
      await remove('src');
      await expect(open('src')).rejects.toEqual(missing);
    });

    it('that an earlier version may still create hold the source for their minute', async () => {
      await referTo({});
      await create('f', {}, 'another');
      await remove('src');
      await expect(open('src')).rejects.toEqual(gone);
      passed += 60_001;
      await expect(open('src')).rejects.toEqual(missing);
    });

    it('of which one piece is stored hold the source, because the others may follow', async () => {
      await referTo({ after: 0 });
      const subject = streamSubject('t', 'f');
      const message = {
        kind: 'piece',
        piece: { index: 1, total: 2 },
        ...{ prev: 0, units: [], events: [], types: [] },
        state: { contentType: TYPE, closed: false, producers: [], hot: null, coldAt: 'none' },
        payload: Buffer.from('first'),
      } as const;
      const state = { ...message.state, incarnation: 0, tail: START };
      const seq = await new MemoryBackend(broker).publish(subject, encodeMessage({ ...message, state }), 0);
      await remove('src');
      await expect(open('src')).rejects.toEqual(gone);
      expect((await module.get(PlainStreamWriter).load('t', 'f')).seq).toBe(seq);
      await create('f', {}, 'another');
      passed += 251;
      await expect(open('src')).rejects.toEqual(missing);
    });

    it('that are created under a key once more, after their end, hold nothing', async () => {
      const under = { ...caller, attempt: { key: { id: 'key', fingerprint: 'f' } } };
      const config = { closed: false, fork: { source: 'src', subOffset: 0 } };
      const again = () =>
        module
          .get(CommandBus)
          .execute(new CreateStreamCommand({ ...under }, 'f', config, () => Promise.resolve(sent('own'))));
      await create('src', {}, 'one');
      expect(await again()).toMatchObject({ created: true });
      await remove('f');
      expect(await again()).toMatchObject({ created: true });
      await expect(open('f')).rejects.toEqual(missing);
      await remove('src');
      await expect(open('src')).rejects.toEqual(missing);
    });

    it('are not created when that took so long that the source may have forgotten them', async () => {
      await create('src', {}, 'one');
      const slow = new CreateStreamCommand(
        caller,
        'f',
        { closed: false, fork: { source: 'src', subOffset: 0 } },
        () => {
          passed += 30_001;
          return Promise.resolve(sent('own'));
        },
      );
      await expect(module.get(CommandBus).execute(slow)).rejects.toThrow(DeadlineExceeded);
      await expect(open('f')).rejects.toEqual(missing);
      await remove('src');
      passed += 60_001;
      await expect(open('src')).rejects.toEqual(missing);
    });

    it('created by many at once are one', async () => {
      await create('src', {}, 'one');
      const answers = await Promise.all(Array.from({ length: 10 }, () => fork('f', 'src')));
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      await remove('f');
      await remove('src');
      await expect(open('src')).rejects.toEqual(missing);
    });
  });
});
