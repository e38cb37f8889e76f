import { createContext, Script } from 'node:vm';

/** What strangers registered or sent kept the only thread busy for too long. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

const TIMEOUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

const context = createContext({}) as { work?: () => void };
const script = new Script('work()');

/**
 * Runs `work` and stops it after `limitMs`, even in the middle of a regular expression. Costs 60 µs. What was stopped
 * has left its objects as they happened to be. @throws TooSlow
 */
export const within = <T>(limitMs: number, work: () => T): T => {
  const done: T[] = [];
  context.work = () => void done.push(work());
  try {
    script.runInContext(context, { timeout: limitMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === TIMEOUT) throw new TooSlow(`not done after ${String(limitMs)} ms`);
    throw error;
  } finally {
    delete context.work;
  }
  return done[0] as T;
};
