import { typesOf, type Waiters } from '@app/domain';
import type { LaneAddress } from '@app/read-model';
import { TEXT_TYPES, textSize, type RunTexts } from './run-texts.js';

/** Who waits for one source, as of a position of its lane. */
export interface SourceState {
  readonly tenant: string;
  /** Path of the source's stream. */
  readonly path: string;
  readonly lane: number;
  /** Never empty. */
  readonly waiters: Waiters;
  /** Absent: unknown, it must be read when asked for. */
  readonly runs?: RunTexts | undefined;
}

// All sources of a process together; without their texts a finished run costs a read of its stream.
const TEXT_BUDGET = 32 * 1024 * 1024;

export const sourceKey = ({ tenant, path }: Pick<LaneAddress, 'tenant' | 'path'>): string => `${tenant}/${path}`;

/** Can public items of these types concern anybody? */
export const interested = ({ waiters, runs }: SourceState, types: readonly string[]): boolean => {
  if (runs && TEXT_TYPES.some((type) => types.includes(type))) return true;
  return wakesAny(waiters, types);
};

export const wakesAny = (waiters: Waiters, types: readonly string[]): boolean =>
  waiters.some(({ data }) => typesOf(data.condition)?.some((type) => types.includes(type)) ?? true);

/** The committed state of the lanes this process owns: exactly what the rows say, plus what can be read again. */
export class LaneMemory {
  private readonly sources = new Map<string, SourceState>();
  private textSize = 0;

  get(key: string): SourceState | undefined {
    return this.sources.get(key);
  }

  /** Undefined: nobody waits any more. */
  set(key: string, state: SourceState | undefined): void {
    const before = this.sources.get(key);
    if (before?.runs) this.textSize -= textSize(before.runs);
    if (state?.runs) this.textSize += textSize(state.runs);
    if (state) this.sources.set(key, state);
    else this.sources.delete(key);
    if (this.textSize > TEXT_BUDGET) this.forgetTexts();
  }

  dropLanes(lanes: ReadonlySet<number>): void {
    for (const [key, { lane }] of this.sources) if (lanes.has(lane)) this.set(key, undefined);
  }

  /** Sources somebody waits for. */
  get size(): number {
    return this.sources.size;
  }

  private forgetTexts(): void {
    for (const [key, { runs: _forgotten, ...state }] of this.sources) this.sources.set(key, state);
    this.textSize = 0;
  }
}
