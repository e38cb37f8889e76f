import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { streamSubject, waitersSubject, parseLogSubject } from '@app/contracts/topology/topology.js';
import { evolveEntity, NOBODY, registrationKey, type Json, type WakeRegistered } from '@app/domain';
import { entityAggregate } from '@app/application';
import type { LaneMessage } from '@app/read-model';
import type { Log, LogMessage, UnitDraft } from '@app/streams';
import { openMemoryLog } from '@app/streams/memory/index.js';
import { BatchDraft } from './batch-draft.js';
import { FinishedChildren } from './finished-child.js';
import { LaneMemory } from './lane-memory.js';

const CHILD = '/c/1';
const child = streamSubject('t', 'c/1/main');
const waiters = waitersSubject('t', 'c/1/main');

const registered = (change: Partial<WakeRegistered> = {}): WakeRegistered => {
  const tuple = { subscriber: '/p/1', source: CHILD, condition: 'runFinished' as const, debounceMs: 0, timeoutMs: 0 };
  const data = { ...tuple, includeResponse: true, at: '', ...change };
  return { ...data, key: registrationKey(data) };
};

type Event = UnitDraft['events'][number];
const register = (change?: Partial<WakeRegistered>): Event => ({
  type: 'registered',
  data: { ...registered(change) },
});
const unit = (
  items: readonly { type: string }[],
  events: readonly Event[] = [{ type: 'posted', data: {} }],
): UnitDraft => ({
  body: Buffer.from(items.map((item) => JSON.stringify(item)).join(',')),
  count: items.length,
  types: [...new Set(items.map(({ type }) => type))],
  events,
});
const spawned = {
  type: 'spawned',
  data: {
    type: 'c',
    revision: 1,
    typeSeq: 1,
    parent: '/p/1',
    ancestors: ['/p/1'],
    createdBy: '/principal/user%3Aa',
    tags: {},
    at: 0,
  },
} as const;
const delta = (run_id: string, text: string) => ({ type: 'text_delta', key: 'm:0', value: { run_id, delta: text } });
const finish = (key: string, status = 'completed') => ({
  type: 'run',
  key,
  value: { status },
  headers: { operation: 'update' },
});

let log: Log;
let ids = 0;

const write = (units: readonly UnitDraft[]): Promise<void> =>
  log.submit(
    { subject: child, aggregate: entityAggregate },
    {
      id: `u${(ids += 1)}`,
      since: 0,
      deadline: Date.now() + 5_000,
      decide: ({ state, exists }) => ({
        kind: 'append',
        units,
        next: exists ? state : evolveEntity(state, spawned),
        ...(exists ? {} : { contentType: 'application/json' }),
        result: () => undefined,
      }),
      replay: () => undefined,
    },
  );
const fact = (event: Event): Promise<number> => log.appendFact(waiters, `f${(ids += 1)}`, unit([], [event]));

const all = async (): Promise<readonly LaneMessage[]> => {
  const end = await log.barrier();
  const cursor = log.cursor(0);
  const messages: LogMessage[] = [];
  while ((messages.at(-1)?.seq ?? 0) < end) messages.push(...(await cursor.next({ messages: 1000, bytes: 1 << 24 })));
  cursor.close();
  return messages.map((message) => {
    const address = parseLogSubject(message.subject);
    if (!address || address.kind === 'grants') throw new Error(message.subject);
    return { lane: 0, address, message };
  });
};

/** Evaluates in batches; `restart`: between batches only what is stored survives. */
const run = async (batches: readonly (readonly LaneMessage[])[], restart: boolean): Promise<BatchDraft['wakes']> => {
  let memory = new LaneMemory();
  const children = new FinishedChildren(log);
  const wakes: BatchDraft['wakes'] = [];
  for (const batch of batches) {
    const draft = new BatchDraft(memory, log, children);
    for (const message of batch) await draft.take(message);
    for (const [key, state] of draft.sources) memory.set(key, state.waiters.length > 0 ? state : undefined);
    wakes.push(...draft.wakes);
    if (!restart) continue;
    const [key, state] = ['t/c/1/main', memory.get('t/c/1/main')];
    memory = new LaneMemory();
    if (state) memory.set(key, { ...state, runs: undefined, waiters: [...(state.waiters ?? NOBODY)] });
  }
  return wakes;
};

beforeAll(async () => {
  log = await openMemoryLog();
  await write([unit([{ type: 'entity_created' }], [spawned, register()])]);
  await write([unit([delta('run-0', 'Hel'), delta('run-1', 'other')])]);
  await write([
    unit([delta('run-0', 'lo')]),
    unit([finish('run-0'), finish('run-0', 'failed')]),
    unit([delta('run-0', '!')]),
  ]);
  await fact(register({ subscriber: '/q/1' }));
  await fact(register({ condition: { on: 'change', collections: ['note'] }, manifestKey: 'm' }));
  await write([unit([{ type: 'note' }, { type: 'note' }], [])]);
  await write([unit([{ type: 'note' }, finish('run-0')])]);
  await fact({ type: 'unregistered', data: { subscriber: '/q/1' } });
  await write([unit([finish('run-1')])]);
});
afterAll(() => log.close());

const shown = (wakes: BatchDraft['wakes']): readonly unknown[] =>
  wakes.map(({ subscriber, content }) => {
    const { value } = JSON.parse(content) as { value: { changes: { key: string }[]; finished_child?: Json } };
    return [subscriber, value.changes.map(({ key }) => key).join(), value.finished_child];
  });

describe('a batch', () => {
  it('owes what the registrations match, with what the child said until then', async () => {
    const done = (response: string, run_status = 'completed') => ({ url: CHILD, type: 'c', run_status, response });
    expect(shown(await run([await all()], false))).toEqual([
      ['/p/1', 'run-0', done('Hello')],
      ['/p/1', 'run-0', done('Hello', 'failed')],
      ['/p/1', '', undefined],
      ['/p/1', 'run-0', done('Hello!')],
      ['/q/1', 'run-0', undefined],
      ['/p/1', 'run-1', done('other')],
    ]);
  });

  it('owes the same wakes with the same ids and contents however the log is split and whoever restarts', async () => {
    const messages = await all();
    const whole = await run([messages], false);
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: messages.length })), fc.boolean(), async (cuts, restart) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), messages.length];
        const batches = bounds.slice(1).map((end, index) => messages.slice(bounds[index], end));
        expect(await run(batches, restart)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves a source alone that nobody waits for, without looking at its payload', async () => {
    const draft = new BatchDraft(new LaneMemory(), log, new FinishedChildren(log));
    const [, posted] = await all();
    const payload = {
      get: () => {
        throw new Error('looked');
      },
    };
    if (posted) await draft.take({ ...posted, message: Object.create(posted.message, { payload }) as LogMessage });
    expect([draft.sources.size, draft.wakes.length]).toEqual([0, 0]);
  });
});
