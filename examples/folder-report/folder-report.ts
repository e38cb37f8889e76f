import type { ReveilleOptions } from '@app/client';
import { Client } from './client.js';
import { openFolder } from './folder.js';
import { Lead, leadUrl } from './lead.js';
import { readOne, type ReaderOptions } from './reader.js';
import { withRun } from './run.js';

export interface FolderReportOptions extends Pick<ReveilleOptions, 'fetch'> {
  /** Where Reveille is. */
  readonly url: string;
  readonly folder: string;
  /** Of the lead; derived from the folder and its files when absent. */
  readonly name?: string | undefined;
  readonly paceMs?: number;
  /** Children that are read at the same time. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly say?: (line: string) => void;
}

export interface FolderReport {
  readonly lead: string;
  readonly children: readonly string[];
  readonly text: string;
}

const TYPES = [
  { name: 'lead', description: 'Asks one reader per file of a folder and reports what they say' },
  { name: 'reader', description: 'Reads one file and summarises it' },
];

// Spawns cost the worker nothing; reading holds a file and a claim.
const SPAWNS_AT_ONCE = 16;
const READERS_AT_ONCE = 4;

/** Runs `work` on every item, never more than `limit` at once; the first failure ends it. */
const each = async <T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      if (failed) return;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
};

/** Works until the report is written, wherever an earlier worker left off. */
export const folderReport = async (options: FolderReportOptions): Promise<FolderReport> => {
  const { url, name, paceMs = 0, concurrency = READERS_AT_ONCE, say = () => undefined } = options;
  const folder = await openFolder(options.folder);
  const entity = leadUrl(folder, name);
  // When one of the two agents fails, the other must not go on waiting for it.
  const ending = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal;
  const client = new Client({ url, signal, ...(options.fetch && { fetch: options.fetch }) });
  const runner = `folder-report-${String(process.pid)}`;
  const reading: ReaderOptions = { client, runner, paceMs, signal };

  try {
    for (const type of TYPES) await client.ensureType(type);
    const isNew = await client.spawn(entity, { args: { ...folder } });
    say(`${isNew ? 'spawned' : 'found'} ${entity}; watch it: curl -N '${url}${entity}/main?offset=-1&live=sse'`);
    return await withRun({ client, entity, runner }, async (run) => {
      const lead = new Lead(client, run);
      const children = lead.children.map((child) => child.url);
      if (run.finished) return { lead: entity, children, text: run.text };

      const left = lead.children.filter((child) => lead.answerOf(child.url) === undefined);
      say(`${String(children.length)} files, ${String(children.length - left.length)} answered already`);
      const work = async (): Promise<void> => {
        await each(left, SPAWNS_AT_ONCE, (child) => lead.ask(child));
        await each(left, concurrency, async (child) => {
          const outcome = await readOne(child.url, reading);
          if (outcome === 'ended') await client.send(entity, { ended: child.url });
        });
      };
      const report = lead.report((child, { status }) => {
        say(`woken by ${child}: ${status}`);
      });
      const [text] = await Promise.all([report, work()]);
      return { lead: entity, children, text };
    });
  } finally {
    ending.abort();
  }
};
