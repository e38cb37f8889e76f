import type { ShapeChange } from './read-changes.js';
import type { PlacedRow } from './read-page.js';

/** Where a shape can be read from, all as of one moment. */
export interface ShapeHead {
  readonly generation: number;
  /** Changes up to here are not kept, or the principal saw other rows then. */
  readonly floor: number;
  /** When grants expired by which the principal saw more; another time means other rows. */
  readonly expired: number;
  /** Every lane has applied the log up to here; nothing of it will be added to later. */
  readonly position: number;
  /** The same of the registry. */
  readonly registry: number;
}

export interface ShapePage {
  readonly head: ShapeHead;
  /** The rows are as they were here. */
  readonly position: number;
  readonly rows: readonly PlacedRow[];
  /** Where the next page begins; absent when this was the last. */
  readonly next?: number;
}

export interface ShapeChanges {
  readonly head: ShapeHead;
  readonly changes: readonly ShapeChange[];
  /** All up to here are among them. */
  readonly position: number;
  /** There are more. */
  readonly more: boolean;
}
