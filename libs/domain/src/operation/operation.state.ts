import { present } from '../kernel/present.js';
import type { Json } from '../kernel/stream-item.js';
import type { OperationChunk, OperationError, OperationEvent, OperationKind } from './operation.events.js';

export type OperationStatus = 'running' | 'cancelling' | 'completed' | 'cancelled';

/** `hot` changes with every event and is small. */
export type OperationHot = {
  readonly status: OperationStatus;
  readonly done: number;
  readonly failed: number;
  readonly updatedAt: number;
  /** Who executes it, and until when nobody else may. */
  readonly runner?: string;
  readonly until: number;
};

export type OperationCold = {
  readonly kind: OperationKind;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly total: number;
  /** The first few. */
  readonly errors: readonly OperationError[];
  readonly chunk?: OperationChunk;
};

export type Operation =
  | { readonly situation: 'absent' }
  | { readonly situation: 'present'; readonly hot: OperationHot; readonly cold: OperationCold };

export type PresentOperation = Extract<Operation, { readonly situation: 'present' }>;

export const absentOperation: Operation = { situation: 'absent' };

/** Refusals that are kept; all are counted. */
export const MAX_OPERATION_ERRORS = 10;

export const hasEnded = ({ hot: { status } }: PresentOperation): boolean =>
  status === 'completed' || status === 'cancelled';

const changed = (operation: PresentOperation, event: OperationEvent): PresentOperation => {
  const { hot, cold } = operation;
  switch (event.type) {
    case 'operation-taken': {
      const { runner, until } = event.data;
      return { ...operation, hot: { ...hot, runner, until } };
    }
    case 'operation-advanced': {
      const { at, until, done, failed, errors, next } = event.data;
      const { chunk: _, ...rest } = cold;
      const kept = [...cold.errors, ...errors].slice(0, MAX_OPERATION_ERRORS);
      return {
        ...operation,
        hot: { ...hot, updatedAt: at, until, done: hot.done + done, failed: hot.failed + failed },
        cold: { ...rest, errors: kept, ...present({ chunk: next }) },
      };
    }
    case 'operation-cancel-asked':
      return { ...operation, hot: { ...hot, status: 'cancelling', updatedAt: event.data.at } };
    case 'operation-ended': {
      const { at, status } = event.data;
      return { ...operation, hot: { ...hot, status, updatedAt: at, until: 0 } };
    }
    default:
      return operation;
  }
};

/** Total: an event that does not fit is ignored. */
export const evolveOperation = (state: Operation, event: OperationEvent): Operation => {
  if (state.situation === 'present') return changed(state, event);
  if (event.type !== 'operation-created') return state;
  const { kind, createdBy, at, total } = event.data;
  return {
    situation: 'present',
    hot: { status: 'running', done: 0, failed: 0, updatedAt: at, until: 0 },
    cold: { kind, createdBy, createdAt: at, total, errors: [] },
  };
};

export const restoreOperation = (hot: Json, cold: Json | undefined): Operation =>
  hot === null || cold === undefined
    ? absentOperation
    : { situation: 'present', hot: hot as OperationHot, cold: cold as OperationCold };
