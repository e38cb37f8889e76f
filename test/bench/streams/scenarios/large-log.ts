import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reveille } from '../contestants/reveille.js';
import { createStreams } from './prepare.js';
import { scatter } from './scatter.js';

export interface LargeLog {
  /** Numbers of streams: of those to be read again and again, and of those that are read once in a run. */
  readonly paths: number;
  readonly unread: number;
  /** Of each of those. */
  readonly events: number;
  readonly body: string;
  /** Of the log in the end. */
  readonly messages: number;
  /** Of the server; what is in the log is noted there for later runs. */
  readonly folder: string | undefined;
}

export interface Scattered {
  readonly paths: readonly string[];
  readonly unread: readonly string[];
}

const noteIn = (folder: string): string => join(folder, 'large-log.json');

/** Started as root, the database runs as somebody else, who must pass through. */
export const makeFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
};

/** Streams whose events are spread evenly over a log of many messages, made now or by an earlier run. */
export const scattered = async (server: Reveille, wanted: LargeLog): Promise<Scattered> => {
  const { folder, events, body, messages } = wanted;
  const note = folder === undefined ? undefined : noteIn(folder);
  if (note !== undefined && existsSync(note)) {
    const found = JSON.parse(readFileSync(note, 'utf8')) as Scattered;
    await server.lagMs();
    return found;
  }
  const all = await createStreams(server, wanted.paths + wanted.unread);
  await scatter(server, { paths: all, events, body, messages });
  const made = { paths: all.slice(0, wanted.paths), unread: all.slice(wanted.paths) };
  if (note !== undefined) writeFileSync(note, JSON.stringify(made));
  return made;
};
