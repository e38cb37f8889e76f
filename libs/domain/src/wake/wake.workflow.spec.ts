import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../kernel/stream-item.js';
import { registrationKey, type WakeRegistered } from './registration.js';
import { factsOf, type SourceFact, type SourceUnit } from './source-unit.js';
import { evaluateWakes, evolveWaiters, NOBODY, type WakeOutput, type Waiters } from './wake.workflow.js';

const registered = (change: Partial<WakeRegistered> = {}): WakeRegistered => {
  const tuple = { subscriber: '/p/1', source: '/c/1', condition: 'runFinished' as const, debounceMs: 0, timeoutMs: 0 };
  const data = { ...tuple, includeResponse: true, at: '2026-01-01T00:00:00.000Z', ...change };
  return { ...data, key: registrationKey(data) };
};

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
const finished: Json = { type: 'run', key: 'run-0', value: { status: 'completed' }, headers: { operation: 'update' } };
const signal: Json = { type: 'signal', key: 's', value: { signal: 'SIGUSR' }, headers: { operation: 'insert' } };
const inbox: Json = { type: 'inbox', key: 'i', value: { payload: 1 }, headers: { operation: 'insert' } };

const unit = (seq: number, change: Partial<SourceUnit> = {}): SourceUnit => ({
  seq,
  offset: `o${seq}`,
  at: 'now',
  items: [],
  events: [],
  ends: false,
  ...change,
});
const posted = (seq: number, ...items: Json[]): SourceUnit =>
  unit(seq, { items, events: [{ type: 'posted', data: {} }] });
const register = (seq: number, data = registered()): SourceUnit =>
  unit(seq, { events: [{ type: 'registered', data: json(data) }] });
const unregister = (seq: number, data: Json): SourceUnit => unit(seq, { events: [{ type: 'unregistered', data }] });

const play = (units: readonly SourceUnit[], from: Waiters = NOBODY): { outputs: WakeOutput[]; waiters: Waiters } => {
  let waiters = from;
  const outputs = units
    .flatMap((one) => factsOf(one, 'entity'))
    .flatMap((fact: SourceFact) => {
      const now = evaluateWakes(waiters, fact);
      waiters = evolveWaiters(waiters, fact);
      return now;
    });
  return { outputs, waiters };
};

const delivered = (units: readonly SourceUnit[]): readonly string[] =>
  play(units).outputs.flatMap((output) =>
    output.kind === 'deliver'
      ? [
          `${output.registration.seq}:${output.registration.data.subscriber} ${output.cause.offset}-${output.cause.index}`,
        ]
      : [],
  );
const ignored = (units: readonly SourceUnit[]): readonly string[] =>
  play(units).outputs.flatMap((output) => (output.kind === 'ignore' ? [output.reason] : []));

describe('a registration', () => {
  it('sees what is posted after it, not before', () => {
    expect(delivered([posted(1, finished), register(2), posted(3, finished)])).toEqual(['2:/p/1 o3-1']);
  });

  it('inside an entry sees the next entry', () => {
    const spawn = unit(1, { items: [finished], events: [...register(1).events, { type: 'posted', data: {} }] });
    expect(delivered([spawn, posted(2, finished)])).toEqual(['1:/p/1 o2-1']);
  });

  it('wakes for every match, also of the same key', () => {
    expect(delivered([register(1), posted(2, inbox, finished, finished), posted(3, finished)])).toEqual([
      '1:/p/1 o2-2',
      '1:/p/1 o2-3',
      '1:/p/1 o3-1',
    ]);
  });

  it('is the same one when registered again, until it ended', () => {
    const again = [register(1), register(2), posted(3, finished)];
    expect(delivered(again)).toEqual(['1:/p/1 o3-1']);
    expect(ignored(again)).toEqual(['registered again while active']);
    const renewed = [register(1), unregister(2, { subscriber: '/p/1' }), register(3), posted(4, finished)];
    expect(delivered(renewed)).toEqual(['3:/p/1 o4-1']);
  });

  it('ends for its subscriber, or for one manifest key of it', () => {
    const mine = registered({ manifestKey: 'm' });
    const other = registered({ subscriber: '/p/2' });
    const both = [register(1, mine), register(2, other), register(3)];
    const after = (data: Json): readonly string[] => delivered([...both, unregister(4, data), posted(5, finished)]);
    expect(after({ subscriber: '/p/1' })).toEqual(['2:/p/2 o5-1']);
    expect(after({ subscriber: '/p/1', manifestKey: 'm' })).toEqual(['2:/p/2 o5-1', '3:/p/1 o5-1']);
    expect(after({ subscriber: '/p/1', manifestKey: 'x' })).toHaveLength(3);
  });

  it('ends with its source, after the last entries posted to it', () => {
    const units = [register(1), { ...posted(2, finished), ends: true }, posted(3, finished)];
    expect(delivered(units)).toEqual(['1:/p/1 o2-1']);
    expect(play(units).waiters).toEqual(NOBODY);
    expect(ignored(units)).toEqual(['the source has ended']);
  });
});

describe('evaluated are', () => {
  const any = register(1, registered({ condition: { on: 'change' } }));
  it.each<[string, SourceUnit, number]>([
    ['posted entries', posted(2, inbox), 1],
    ['signals', unit(2, { items: [signal] }), 1],
    ['not signals that end the entity', unit(2, { items: [signal], ends: true }), 0],
    ['not what the server appends', unit(2, { items: [inbox] }), 0],
    ['not what is no event', posted(2, 1, null, { headers: { control: 'reset' } }), 0],
  ])('%s', (_name, source, count) => {
    expect(delivered([any, source])).toHaveLength(count);
  });

  it('all entries of shared state', () => {
    expect(factsOf(unit(1, { items: [inbox] }), 'shared-state')).toHaveLength(1);
  });
});

it('says why a near miss did not wake', () => {
  const started = { type: 'run', key: 'r', value: { status: 'started' }, headers: { operation: 'update' } };
  expect(ignored([register(1), posted(2, started, inbox)])).toEqual(['the run is not finished']);
});

it('takes the order of collections and absent lists for the same condition', () => {
  const key = (collections?: readonly string[]): string =>
    registered({ condition: { on: 'change', ...(collections ? { collections } : {}) } }).key;
  expect(key(['a', 'b'])).toBe(key(['b', 'a', 'b']));
  expect(key([])).toBe(key());
  expect(key(['a'])).not.toBe(key());
  expect(registered({ includeResponse: false }).key).toBe(registered().key);
});

describe('whatever happens', () => {
  const conditions = [
    'runFinished',
    { on: 'change' },
    { on: 'change', collections: ['inbox'], ops: ['insert'] },
  ] as const satisfies readonly WakeRegistered['condition'][];
  const change = fc.record({
    subscriber: fc.constantFrom('/p/1', '/p/2'),
    condition: fc.constantFrom(...conditions),
    manifestKey: fc.constantFrom('m', 'n'),
  });
  const units = fc
    .array(
      fc.oneof(
        change.map((data) => register(0, registered(data))),
        fc.constantFrom(
          unregister(0, { subscriber: '/p/1' }),
          unregister(0, { subscriber: '/p/2', manifestKey: 'm' }),
          posted(0, inbox, finished),
          posted(0, finished),
          unit(0, { items: [signal] }),
          unit(0, { items: [inbox] }),
          unit(0, { ends: true }),
        ),
      ),
      { maxLength: 30 },
    )
    .map((list) => list.map((one, index) => ({ ...one, seq: index + 1, offset: `o${index + 1}` })));

  it('any split into batches gives the same outputs', () => {
    fc.assert(
      fc.property(units, fc.array(fc.nat({ max: 30 })), (all, cuts) => {
        const bounds = [0, ...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
        let waiters: Waiters = NOBODY;
        const outputs = bounds.slice(1).flatMap((end, index) => {
          // Between batches only the stored rows survive.
          const batch = play(all.slice(bounds[index], end), json(waiters) as unknown as Waiters);
          waiters = batch.waiters;
          return batch.outputs;
        });
        expect({ outputs, waiters }).toEqual(play(all));
      }),
    );
  });

  it('no two deliveries have the same identity, and no two active registrations the same key', () => {
    fc.assert(
      fc.property(units, (all) => {
        const ids = delivered(all);
        expect(new Set(ids).size).toBe(ids.length);
        const keys = play(all).waiters.map(({ data }) => data.key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});
