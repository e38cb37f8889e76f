import { describe, expect, it } from '@jest/globals';
import { stateAfter, type Decided } from '../kernel/decision.js';
import {
  decideAdvance,
  decideCancelOperation,
  decideCreateOperation,
  decideTakeOperation,
  NotTheRunner,
} from './operation.decisions.js';
import type { OperationEvent } from './operation.events.js';
import {
  absentOperation,
  evolveOperation,
  MAX_OPERATION_ERRORS,
  restoreOperation,
  type Operation,
} from './operation.state.js';

const id = 'op-1';
const after = (state: Operation, { units }: Decided<OperationEvent, unknown>): Operation =>
  stateAfter(evolveOperation, state, units);

const created = after(
  absentOperation,
  decideCreateOperation(absentOperation, {
    id,
    now: 1,
    kind: 'spawn',
    createdBy: '/principal/user%3Aa',
    total: 3,
    request: { entities: [] },
  }),
);
const take = (state: Operation, runner: string, now: number): Decided<OperationEvent, 'taken' | 'left'> =>
  decideTakeOperation(state, { runner, now, until: now + 10 });
const taken = after(created, take(created, 'a', 2));
const advance = (
  state: Operation,
  runner: string,
  more: Partial<Parameters<typeof decideAdvance>[1]> = {},
): Decided<OperationEvent, 'goes-on' | 'ended'> =>
  decideAdvance(state, { id, runner, now: 5, until: 15, done: 0, failed: 0, errors: [], ...more });
const chunk = { first: 0, urls: ['/c/1', '/c/2'] };

const hot = (state: Operation): object => (state.situation === 'absent' ? {} : state.hot);

describe('an operation', () => {
  it('is executed by one process, until that has been silent for too long', () => {
    expect(take(created, 'a', 2).result).toBe('taken');
    expect(take(taken, 'b', 11)).toEqual({ units: [], result: 'left' });
    expect(take(taken, 'a', 11).result).toBe('taken');
    const over = after(taken, take(taken, 'b', 12));
    expect(hot(over)).toMatchObject({ runner: 'b', until: 22 });
    expect(() => advance(over, 'a', { next: chunk })).toThrow(NotTheRunner);
  });

  it('counts what was done and refused, and knows what comes next', () => {
    const first = after(taken, advance(taken, 'a', { next: chunk }));
    expect(first).toMatchObject({ cold: { chunk }, hot: { done: 0, until: 15 } });
    const error = { url: '/c/2', code: 'DUPLICATE_URL', message: 'no' };
    const next = { first: 2, urls: ['/c/3'] };
    const second = after(first, advance(first, 'a', { done: 1, failed: 1, errors: [error], next }));
    expect(second).toMatchObject({ hot: { done: 1, failed: 1 }, cold: { chunk: next, errors: [error] } });
    const last = advance(second, 'a', { done: 1 });
    expect([last.result, last.units[0]?.items[0]?.value]).toEqual([
      'ended',
      { status: 'completed', done: 2, failed: 1 },
    ]);
    const end = after(second, last);
    expect(end).toMatchObject({ hot: { status: 'completed', until: 0 } });
    expect(end).not.toHaveProperty('cold.chunk');
    expect(take(end, 'b', 99).result).toBe('left');
    expect(() => advance(end, 'a')).toThrow(NotTheRunner);
  });

  it('keeps the first few refusals only', () => {
    const errors = Array.from({ length: 8 }, (_, n) => ({ url: `/c/${String(n)}`, code: 'X', message: '' }));
    const once = after(taken, advance(taken, 'a', { failed: 8, errors, next: chunk }));
    const twice = after(once, advance(once, 'a', { failed: 8, errors, next: chunk }));
    expect(twice).toMatchObject({ hot: { failed: 16 } });
    expect(twice).toHaveProperty('cold.errors.length', MAX_OPERATION_ERRORS);
  });

  it('that is cancelled ends with the chunk that is under way', () => {
    const going = after(taken, advance(taken, 'a', { next: chunk }));
    const asked = after(going, decideCancelOperation(going, { id, now: 6 }));
    expect(hot(asked)).toMatchObject({ status: 'cancelling' });
    expect(decideCancelOperation(asked, { id, now: 7 }).units).toEqual([]);
    const end = after(asked, advance(asked, 'a', { done: 2, next: { first: 2, urls: ['/c/3'] } }));
    expect(end).toMatchObject({ hot: { status: 'cancelled', done: 2 } });
    expect(decideCancelOperation(end, { id, now: 8 }).units).toEqual([]);
  });

  it('is what its snapshot says', () => {
    const going = after(taken, advance(taken, 'a', { next: chunk }));
    if (going.situation === 'absent') throw new Error('it is there');
    expect(restoreOperation(going.hot, going.cold)).toEqual(going);
    expect(restoreOperation(null, undefined)).toEqual(absentOperation);
  });

  it('has to be there, and to be new', () => {
    const missing = { code: 'NOT_FOUND' };
    expect(() => take(absentOperation, 'a', 1)).toThrow(expect.objectContaining(missing));
    expect(() => decideCancelOperation(absentOperation, { id, now: 1 })).toThrow(expect.objectContaining(missing));
    const again = { id, now: 1, kind: 'spawn', createdBy: '', total: 0, request: {} } as const;
    expect(() => decideCreateOperation(created, again)).toThrow(expect.objectContaining({ code: 'DUPLICATE_URL' }));
    expect(evolveOperation(absentOperation, { type: 'operation-cancel-asked', data: { at: 1 } })).toBe(absentOperation);
  });
});
