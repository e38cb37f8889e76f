import type { StoredEvent } from '../kernel/decision.js';
import type { JsonObject } from '../kernel/stream-item.js';

/** What is done to many entities. */
export type OperationKind = 'spawn' | 'signal';

/** Why one of them was refused. */
export type OperationError = { readonly url: string; readonly code: string; readonly message: string };

/** Entities that are dealt with next. `first`: how many came before them; identities derive from the place of each. */
export type OperationChunk = { readonly first: number; readonly urls: readonly string[] };

/**
 * The facts that change an operation, stored for ever. Add optional fields or a new type; never rename or repurpose. Times
 * are milliseconds since 1970.
 */
export type OperationEvent =
  | StoredEvent<
      'operation-created',
      {
        readonly kind: OperationKind;
        readonly createdBy: string;
        readonly at: number;
        /** Entities there were to deal with at the start. */
        readonly total: number;
      }
    >
  /** A process executes it, until then unless it says so again. */
  | StoredEvent<'operation-taken', { readonly runner: string; readonly until: number }>
  | StoredEvent<
      'operation-advanced',
      {
        readonly at: number;
        readonly until: number;
        /** Of the chunk before: how many were done and refused; some of the refusals. */
        readonly done: number;
        readonly failed: number;
        readonly errors: readonly OperationError[];
        readonly next?: OperationChunk;
      }
    >
  | StoredEvent<'operation-cancel-asked', { readonly at: number }>
  | StoredEvent<'operation-ended', { readonly at: number; readonly status: 'completed' | 'cancelled' }>;

/** As it was asked for; its form is known to whoever executes it. */
export type OperationRequest = JsonObject;
