import type { Producer } from './message.js';

/** What an index found; what it did not find is not there up to `position`. */
export interface Indexed<T> {
  readonly found: readonly T[];
  readonly position: number;
}

/** Where the unit of a command is. */
export interface UnitPlace {
  readonly id: string;
  readonly seq: number;
  /** Index inside the message. */
  readonly unit: number;
}

/**
 * Finds old units and producers without reading their stream. It follows the log at some distance: each answer names the
 * position it is of, read together with what was found. Rejects when it cannot be asked.
 */
export abstract class LogIndex {
  /** Units of one subject whose id comes from a client key or an effect (see Unit.keyed). */
  abstract units(subject: string, ids: readonly string[]): Promise<Indexed<UnitPlace>>;

  /** The last triple of each of these producers in one life of a stream. */
  abstract producers(subject: string, incarnation: number, ids: readonly string[]): Promise<Indexed<Producer>>;
}
