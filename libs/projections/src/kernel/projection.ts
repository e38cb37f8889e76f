import type { LogMessage } from '@app/streams';
import type { Change } from './change.js';
import type { LiveTable } from './live-table.js';
import type { Table } from './table.js';

export interface ProjectedAddress {
  readonly kind: 'stream' | 'waiters' | 'grants' | 'type';
  readonly tenant: string;
  readonly path: string;
}

export interface Projected {
  readonly address: ProjectedAddress;
  readonly message: LogMessage;
}

/**
 * A pure function from one message to changes of rows that are keyed by the message's own stream, so that lanes commute
 * and a rebuild gives the same rows.
 */
export interface Projection {
  readonly name: string;
  readonly tables: readonly Table[];
  /** What clients follow of it. */
  readonly live?: readonly LiveTable[];
  /** `raw` keeps bytes and cannot fail; `interpreting` gives up on an entity whose message it does not understand. */
  readonly nature: 'raw' | 'interpreting';
  /** Cheap; only accepted messages are mapped. */
  accepts(input: Projected): boolean;
  map(input: Projected): readonly Change[];
}
