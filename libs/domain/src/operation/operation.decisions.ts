import { nothing, type Decided } from '../kernel/decision.js';
import { DomainError } from '../kernel/domain-error.js';
import { present } from '../kernel/present.js';
import type { Json, StreamItem } from '../kernel/stream-item.js';
import type {
  OperationChunk,
  OperationError,
  OperationEvent,
  OperationKind,
  OperationRequest,
} from './operation.events.js';
import {
  evolveOperation,
  hasEnded,
  type Operation,
  type OperationStatus,
  type PresentOperation,
} from './operation.state.js';

type OperationDecided<Result> = Decided<OperationEvent, Result>;

/** The process that wants to go on with an operation is not the one that executes it (any more). */
export class NotTheRunner extends Error {
  override readonly name = 'NotTheRunner';
}

const item = (id: string, operation: 'insert' | 'update', value: { readonly [field: string]: Json }): StreamItem => ({
  type: 'operation',
  key: id,
  value,
  headers: { operation },
});

const existing = (state: Operation): PresentOperation => {
  if (state.situation === 'absent') throw new DomainError('NOT_FOUND', 'there is no such operation');
  return state;
};

export interface CreateOperation {
  readonly id: string;
  readonly now: number;
  readonly kind: OperationKind;
  readonly createdBy: string;
  readonly total: number;
  readonly request: OperationRequest;
}

export const decideCreateOperation = (
  state: Operation,
  { id, now, kind, createdBy, total, request }: CreateOperation,
): OperationDecided<void> => {
  if (state.situation === 'present') throw new DomainError('DUPLICATE_URL', 'the operation exists already');
  const value = { kind, status: 'running', total, created_by: createdBy, request };
  return {
    units: [
      {
        items: [item(id, 'insert', value)],
        events: [{ type: 'operation-created', data: { kind, createdBy, at: now, total } }],
      },
    ],
    result: undefined,
  };
};

/** Whoever executes it keeps it until he has been silent for too long. `taken`: it is his now. */
export const decideTakeOperation = (
  state: Operation,
  { runner, now, until }: { readonly runner: string; readonly now: number; readonly until: number },
): OperationDecided<'taken' | 'left'> => {
  const operation = existing(state);
  const { hot } = operation;
  if (hasEnded(operation) || (hot.until > now && hot.runner !== runner)) return nothing('left');
  return { units: [{ items: [], events: [{ type: 'operation-taken', data: { runner, until } }] }], result: 'taken' };
};

export interface Advance {
  readonly id: string;
  readonly runner: string;
  readonly now: number;
  readonly until: number;
  readonly done: number;
  readonly failed: number;
  readonly errors: readonly OperationError[];
  /** Absent: nothing is left. */
  readonly next?: OperationChunk;
}

const endOf = (status: OperationStatus, next: OperationChunk | undefined): 'completed' | 'cancelled' | undefined => {
  if (status === 'cancelling') return 'cancelled';
  return next === undefined ? 'completed' : undefined;
};

/** What became of a chunk, and the next one; or the end, when nothing is left or it was asked for. */
export const decideAdvance = (
  state: Operation,
  { id, runner, now, until, done, failed, errors, next }: Advance,
): OperationDecided<'goes-on' | 'ended'> => {
  const operation = existing(state);
  const { hot } = operation;
  if (hasEnded(operation) || hot.runner !== runner) throw new NotTheRunner('another process has taken the operation');
  const end = endOf(hot.status, next);
  const data = { at: now, until, done, failed, errors, ...present({ next: end === undefined ? next : undefined }) };
  const events: OperationEvent[] = [{ type: 'operation-advanced', data }];
  if (end !== undefined) events.push({ type: 'operation-ended', data: { at: now, status: end } });
  const after = events.reduce(evolveOperation, state);
  if (after.situation === 'absent') throw new Error('an operation cannot vanish');
  const value = { status: after.hot.status, done: after.hot.done, failed: after.hot.failed };
  return {
    units: [{ items: [item(id, 'update', value)], events }],
    result: end === undefined ? 'goes-on' : 'ended',
  };
};

/** What is under way is finished. One that has ended stays what it is. */
export const decideCancelOperation = (
  state: Operation,
  { id, now }: { readonly id: string; readonly now: number },
): OperationDecided<void> => {
  const operation = existing(state);
  if (hasEnded(operation) || operation.hot.status === 'cancelling') return nothing(undefined);
  return {
    units: [
      {
        items: [item(id, 'update', { status: 'cancelling' })],
        events: [{ type: 'operation-cancel-asked', data: { at: now } }],
      },
    ],
    result: undefined,
  };
};
