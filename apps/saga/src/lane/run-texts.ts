import { foldResponses, type Json, type RunResponse, type Waiters } from '@app/domain';

/**
 * What the runs of one source have said since the stream began: kept for sources that somebody waits for from their
 * first message on, so that a finished run costs no read. A run that was told is forgotten.
 */
export interface RunTexts {
  readonly open: ReadonlyMap<string, RunResponse>;
  readonly told: ReadonlySet<string>;
}

export const NO_TEXTS: RunTexts = { open: new Map(), told: new Set() };

/** Event types that change what a run has said. */
export const TEXT_TYPES: readonly string[] = ['text_delta', 'error'];

export const withItems = ({ open, told }: RunTexts, items: readonly Json[]): RunTexts => {
  const runs = new Map(open);
  foldResponses(runs, items);
  // Few runs are open at a time; those that were told only become more.
  for (const run of runs.keys()) if (told.has(run)) runs.delete(run);
  return { open: runs, told };
};

export const withoutRun = ({ open, told }: RunTexts, run: string): RunTexts => {
  const runs = new Map(open);
  runs.delete(run);
  return { open: runs, told: new Set(told).add(run) };
};

// A short key and its place in the set.
const TOLD_SIZE = 64;

/** Size in memory, roughly: characters. */
export const textSize = ({ open, told }: RunTexts): number =>
  [...open.values()].reduce(
    (sum, { response, errors }) => sum + response.text.length + errors.text.length,
    told.size * TOLD_SIZE,
  );

/** Could a wake of these carry what a run has said? */
export const wantsTexts = (waiters: Waiters): boolean =>
  waiters.some(({ data }) => data.condition === 'runFinished' && data.includeResponse);
