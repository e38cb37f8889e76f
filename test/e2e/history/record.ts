import type { Content, ContentType } from './units.js';

export type Mode = 'catch-up' | 'long-poll' | 'sse';
export const MODES: readonly Mode[] = ['catch-up', 'long-poll', 'sse'];

/** All times are milliseconds since 1970. `unknown`: whoever asked does not know what became of it. */
interface Asked {
  readonly path: string;
  readonly started: number;
  ended: number;
  outcome: 'acknowledged' | 'refused' | 'unknown';
}

export interface UnitWrite extends Asked {
  readonly id: string;
  readonly contentType: ContentType;
  readonly content: Content;
  /** After the unit, when the answer says so. */
  offset?: string;
}

export interface Change extends Asked {
  readonly kind: 'create' | 'delete' | 'close';
}

/** One answer a reader got, or one event with content of a live one. */
export interface Sighting {
  readonly path: string;
  readonly mode: Mode;
  readonly gateway: number;
  /** An offset, `-1` or `now`. */
  readonly from: string;
  readonly started: number;
  readonly ended: number;
  readonly status: number;
  readonly next?: string;
  readonly body: Buffer;
  readonly upToDate: boolean;
  readonly closed: boolean;
}

/** Everything that clients asked and were told. */
export class Record {
  readonly units = new Map<string, UnitWrite>();
  readonly changes: Change[] = [];
  readonly sightings: Sighting[] = [];
  /** Answers nobody should ever get. */
  readonly blunders: string[] = [];
  unavailable = 0;
  acknowledged = 0;
  private readonly offsets = new Map<string, string[]>();

  /** Offsets that were given out for a path, of all its lives. */
  known(path: string): readonly string[] {
    return this.offsets.get(path) ?? [];
  }

  learn(path: string, offset: string): void {
    const known = this.offsets.get(path) ?? [];
    if (known.at(-1) !== offset) known.push(offset);
    this.offsets.set(path, known);
  }

  see(sighting: Sighting): void {
    const { path, next, status } = sighting;
    if (status === 0 || status === 503) {
      this.unavailable += 1;
      return;
    }
    this.sightings.push(sighting);
    if (next !== undefined) this.learn(path, next);
  }
}
