import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../kernel/stream-item.js';
import { readEvent } from './event-item.js';
import { CHANGE_LIMIT, matchEvent, type Match } from './matching.js';
import type { WakeCondition } from './registration.js';

const match = (condition: WakeCondition, type: string, operation: string | undefined, value?: JsonObject): Match => {
  const event = readEvent({ type, key: 'k', ...(value ? { value } : {}), headers: operation ? { operation } : {} });
  if (!event) throw new Error('not an event');
  return matchEvent(condition, event);
};

describe('runFinished', () => {
  it.each([
    ['run', 'update', 'completed', 'match'],
    ['run', 'update', 'failed', 'match'],
    ['run', 'update', 'started', 'miss'],
    ['run', 'insert', 'completed', 'miss'],
    ['run', 'upsert', 'completed', 'miss'],
    ['run', 'delete', 'completed', 'miss'],
    ['run', undefined, 'completed', 'miss'],
    ['runs', 'update', 'completed', 'unrelated'],
    ['step', 'update', 'completed', 'unrelated'],
  ])('%s %s %s: %s', (type, operation, status, expected) => {
    expect(match('runFinished', type, operation, { status }).kind).toBe(expected);
  });

  it('tells the run and nothing of its value', () => {
    expect(match('runFinished', 'run', 'update', { status: 'failed', value: 1 })).toEqual({
      kind: 'match',
      change: { collection: 'runs', kind: 'update', key: 'k' },
      run: { key: 'k', status: 'failed' },
    });
  });
});

describe('change', () => {
  it.each([
    [{}, 'todo', 'insert', 'insert'],
    [{}, 'todo', 'upsert', 'insert'],
    [{}, 'todo', undefined, 'insert'],
    [{}, 'todo', 'nonsense', 'insert'],
    [{}, 'todo', 'update', 'update'],
    [{}, 'todo', 'delete', 'delete'],
    [{ collections: [], ops: [] }, 'todo', 'delete', 'delete'],
    [{ collections: ['todo', 'note'] }, 'todo', 'update', 'update'],
    [{ collections: ['note'] }, 'todo', 'update', undefined],
    [{ collections: ['todos'] }, 'todo', 'update', undefined],
    [{ ops: ['delete'] }, 'todo', 'update', undefined],
    [{ ops: ['insert'] }, 'todo', 'upsert', 'insert'],
    [{ collections: ['todo'], ops: ['update', 'delete'] }, 'todo', 'delete', 'delete'],
  ] as const)('%j sees %s %s as %s', (condition, type, operation, kind) => {
    const found = match({ on: 'change', ...condition }, type, operation);
    expect(found.kind === 'match' ? found.change : undefined).toEqual(kind && { collection: type, kind, key: 'k' });
  });

  it('carries the value of the value, and the old one under either name', () => {
    const change = (value: JsonObject): unknown => {
      const found = match({ on: 'change' }, 'todo', 'update', value);
      return found.kind === 'match' && found.change;
    };
    const base = { collection: 'todo', kind: 'update', key: 'k' };
    expect(change({ value: { a: 1 }, oldValue: 0, old_value: 9 })).toEqual({ ...base, value: { a: 1 }, oldValue: 0 });
    expect(change({ value: null, old_value: 'x' })).toEqual({ ...base, value: null, oldValue: 'x' });
    expect(change({ title: 't', payload: 1 })).toEqual(base);
  });

  it('carries who sent what of an inbox event', () => {
    const value = { from: 'f', from_principal: 'p', payload: { a: 1 }, timestamp: 't', status: 'processed' };
    expect(match({ on: 'change' }, 'inbox', 'insert', value)).toMatchObject({
      change: { from: 'f', from_principal: 'p', payload: { a: 1 }, timestamp: 't' },
    });
    expect(match({ on: 'change' }, 'inbox', 'insert', value)).not.toHaveProperty('change.status');
  });

  it('leaves out what would not fit into a wake', () => {
    expect(match({ on: 'change' }, 'todo', 'insert', { value: 'x'.repeat(CHANGE_LIMIT) })).toEqual({
      kind: 'match',
      change: { collection: 'todo', kind: 'insert', key: 'k' },
    });
  });
});

it('takes no event from what is none', () => {
  const others: readonly Json[] = [
    null,
    1,
    'text',
    [],
    {},
    { type: 1 },
    { type: '' },
    { headers: { control: 'reset' } },
  ];
  for (const json of others) expect(readEvent(json)).toBeUndefined();
});
