import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.js';
import { digestOf } from './folder.js';
import { NoMoreWork, withRun, type Run } from './run.js';
import { summarize } from './summary.js';

export interface ReaderOptions {
  readonly client: Client;
  readonly runner: string;
  /** Between two parts of an answer, so that a person can watch it grow. */
  readonly paceMs: number;
  readonly signal: AbortSignal;
}

interface Task {
  readonly folder: string;
  readonly file: string;
  readonly digest: string;
}

const taskOf = ({ events }: Run): Task => events.find(({ type }) => type === 'entity_created')?.value?.['args'] as Task;

/** The file as it was when the child was spawned, or why there is no such thing any more. */
const contentOf = async ({ folder, file, digest }: Task): Promise<{ text: string } | { problem: string }> => {
  try {
    const bytes = await readFile(join(folder, file));
    return digestOf(bytes) === digest
      ? { text: bytes.toString('utf8') }
      : { problem: `${file} was changed after the report was begun` };
  } catch (error) {
    return { problem: `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
};

const answer = async (run: Run, { paceMs, signal }: ReaderOptions): Promise<void> => {
  if (run.finished) return;
  await run.start();
  const content = await contentOf(taskOf(run));
  if ('problem' in content) return run.fail(content.problem);
  // The same file gives the same parts, so those that are on the stream already are skipped.
  for (const part of summarize(content.text).slice(run.parts.length)) {
    await run.say(part);
    if (paceMs > 0) await sleep(paceMs, undefined, { signal });
  }
  await run.complete();
};

/** Does a child's work, or what is left of it. `ended`: there will never be an answer. */
export const readOne = async (entity: string, options: ReaderOptions): Promise<'answered' | 'ended'> => {
  const { client, runner } = options;
  try {
    await withRun({ client, entity, runner }, (run) => answer(run, options));
    return 'answered';
  } catch (error) {
    if (error instanceof NoMoreWork) return 'ended';
    throw error;
  }
};
