import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../config/load-config.js';

/** Where the servers of a running standalone are, as the variables other apps are configured with. */
export interface Endpoints {
  readonly NATS_URL: string;
  readonly DATABASE_URL: string;
  readonly NATS_MONITOR_URL?: string;
}

const NAMES = ['NATS_URL', 'DATABASE_URL', 'NATS_MONITOR_URL'] as const;

const fileIn = (dataDir: string): string => join(dataDir, 'endpoints.json');

/** For the tools of whoever may read the data directory: the database's password is in it. */
export const writeEndpoints = (dataDir: string, endpoints: Endpoints): Promise<void> =>
  writeFile(fileIn(dataDir), `${JSON.stringify(endpoints, undefined, 2)}\n`, { mode: 0o600 });

export const removeEndpoints = (dataDir: string): Promise<void> => rm(fileIn(dataDir), { force: true });

/** What a standalone on this data directory wrote down; nothing when none runs there. */
export const readEndpoints = async (dataDir: string): Promise<Environment> => {
  let found: unknown;
  try {
    found = JSON.parse(await readFile(fileIn(dataDir), 'utf8'));
  } catch {
    return {};
  }
  if (typeof found !== 'object' || found === null) return {};
  const entries = Object.entries(found).filter(
    ([name, value]) => (NAMES as readonly string[]).includes(name) && typeof value === 'string',
  );
  return Object.fromEntries(entries);
};
