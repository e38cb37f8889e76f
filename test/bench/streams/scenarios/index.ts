import type { Arena } from '../arena.js';
import type { Result } from '../results.js';
import { appendTo } from './append.js';
import { burst } from './burst.js';
import { memoryReaders, memoryStreams } from './memory.js';
import { readLarge, readSmall } from './read.js';
import { sse } from './sse.js';

export type Scenario = (arena: Arena) => Promise<Result>;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'append 1': appendTo(1, { ofMemory: 1, ofFsync: 15 }),
  'append 100': appendTo(100, { ofMemory: 0.5, ofFsync: 2 }),
  'read small': readSmall,
  sse,
  burst,
  'read large': readLarge,
  'memory readers': memoryReaders,
  'memory streams': memoryStreams,
};

/** Those whose names begin with the wanted words. @throws when nothing fits. */
export const scenariosOf = (only: readonly string[]): Scenario[] => {
  const fits = (name: string): boolean => only.length === 0 || only.some((words) => `${name} `.startsWith(`${words} `));
  const found = Object.entries(SCENARIOS).flatMap(([name, scenario]) => (fits(name) ? [scenario] : []));
  if (found.length === 0) throw new Error(`no scenario is called ${only.join(', ')}`);
  return found;
};
