import {
  isBypass,
  parsePrincipal,
  type OperationError,
  type OperationKind,
  type OperationStatus,
  type PresentOperation,
} from '@app/domain';
import type { Caller } from '../kernel/stamp.js';

/** An operation as clients see it. Times are milliseconds since 1970. */
export interface OperationView {
  readonly id: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly created_by: string;
  readonly created_at: number;
  readonly updated_at: number;
  /** Entities there were to deal with at the start. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** The first few refusals. */
  readonly errors: readonly OperationError[];
}

export const operationView = (id: string, { hot, cold }: PresentOperation): OperationView => ({
  id,
  kind: cold.kind,
  status: hot.status,
  created_by: cold.createdBy,
  created_at: cold.createdAt,
  updated_at: hot.updatedAt,
  total: cold.total,
  done: hot.done,
  failed: hot.failed,
  errors: cold.errors,
});

/** An operation is nobody's business but that of who asked for it. */
export const maySeeOperation = ({ principal }: Caller, { cold }: PresentOperation): boolean => {
  const asker = parsePrincipal(principal);
  return principal === cold.createdBy || (asker !== undefined && isBypass(asker));
};
