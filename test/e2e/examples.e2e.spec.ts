import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrayBuffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Agent, fetch as fetchWith } from 'undici';
import type { FetchRequest } from '@app/client';
import { removeTestDir, testDir } from '@app/testing/servers.js';
import { banner } from '../../apps/standalone/src/banner.js';
import { folderReport, type FolderReport } from '../../examples/folder-report/folder-report.js';
import { summarize } from '../../examples/folder-report/summary.js';
import { ReveilleInside, STARTING_MS } from './support/reveille-inside.js';

const PATIENCE_MS = 60_000;
const START = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));

// Connections of our own, to be ended before the server is stopped: one that fetch opened ahead of need would delay it.
const agent = new Agent();
const fetch: FetchRequest = async ({ url, method, headers, body, signal }) => {
  const sent = { method, headers: [...headers], signal, dispatcher: agent };
  const response: unknown = await fetchWith(url, { ...sent, ...(body && { body: await arrayBuffer(body) }) });
  return response as Response;
};

let dir: string;
const reveille = new ReveilleInside();

beforeAll(async () => {
  dir = await testDir();
  await reveille.start();
}, STARTING_MS);

afterAll(async () => {
  await agent.destroy();
  await reveille.stop();
  await removeTestDir(dir);
}, STARTING_MS);

interface Event {
  readonly type: string;
  readonly key: string;
  /** Untyped: the specs say what they expect of it. */
  readonly value: Readonly<Record<string, ReturnType<typeof JSON.parse>>>;
  readonly headers: { readonly operation: string };
}

const events = async (entity: string): Promise<readonly Event[]> => {
  const response = await fetch(new Request(`${reveille.url}${entity}/main?offset=-1`));
  expect(response.headers.get('stream-up-to-date')).toBe('true');
  return (await response.json()) as readonly Event[];
};

let folders = 0;

/** A folder with these files, and the name of a report nobody has asked for. */
const folderOf = async (files: Readonly<Record<string, string>>): Promise<{ folder: string; name: string }> => {
  const name = `folder-${String((folders += 1))}`;
  const folder = join(dir, name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return { folder, name };
};

const FIVE = {
  'a.md': '# Alpha\n\nOne two three.\n\n## Beta\n\nA line that is the longest of this file.\n',
  'b.txt': 'only one line, without its end',
  'deep/er/c.md': '```\n# no heading\n```\n\n# Heading\n',
  'empty.txt': '',
  'ümläut & co.md': '# Ünïcode ✓\r\n\r\nzwei Zeilen\r\n',
};

const textOf = (all: readonly Event[]): string =>
  all.flatMap(({ type, value }) => (type === 'text_delta' ? [String(value['delta'])] : [])).join('');

/** One run, begun and ended once, with its text in between: what a well-behaved agent leaves on its stream. */
const expectOneRun = (all: readonly Event[]): void => {
  const of = (type: string): readonly Event[] => all.filter((event) => event.type === type);
  expect(of('run').map(({ key, headers, value }) => [key, headers.operation, value['status']])).toEqual([
    ['run-0', 'insert', 'started'],
    ['run-0', 'update', 'completed'],
  ]);
  expect(of('run').at(-1)?.value['finish_reason']).toBe('stop');
  expect(of('text').map(({ headers }) => headers.operation)).toEqual(['insert', 'update']);
  expect(of('text_delta').map(({ key }) => key)).toEqual(of('text_delta').map((_, n) => `msg-0:${String(n)}`));
};

/** Every child has run once and answered with the summary of its file; the lead was woken once by each. */
const expectReport = async (
  { lead, children, text }: FolderReport,
  files: Readonly<Record<string, string>>,
): Promise<void> => {
  const names = Object.keys(files).sort();
  const summaries = names.map((name) => summarize(files[name] ?? '').join(''));
  const onLead = await events(lead);
  expectOneRun(onLead);
  expect(textOf(onLead)).toBe(text);
  const wakes = onLead.filter(({ type }) => type === 'wake').map(({ value }) => value);
  expect(
    wakes
      .map(({ source, finished_child: child }) => [source, child.url, child.type, child.run_status, child.response])
      .sort(([a], [b]) => children.indexOf(a) - children.indexOf(b)),
  ).toEqual(children.map((child, n) => [child, child, 'reader', 'completed', summaries[n]]));
  for (const [n, child] of children.entries()) {
    const onChild = await events(child);
    expectOneRun(onChild);
    expect(textOf(onChild)).toBe(summaries[n]);
  }
  for (const [n, name] of names.entries()) expect(text).toContain(`## ${name}\n\n${summaries[n]?.trimEnd()}\n`);
  expect(text).toContain(`${String(names.length)} files, ${String(names.length)} summaries.`);
};

const statusOf = async (entity: string): Promise<string> => {
  const response = await fetch(new Request(`${reveille.url}/v1/entities${entity}`));
  return ((await response.json()) as { status: string }).status;
};

describe('a lead and its readers', () => {
  it(
    'report on every text file of a folder, each once',
    async () => {
      const { folder } = await folderOf({ ...FIVE, 'picture.png': 'not text', '.hidden/x.md': 'not seen' });
      const report = await folderReport({ url: reveille.url, folder, fetch });
      await expectReport(report, FIVE);
      expect(report.text).toContain('- Ünïcode ✓\n');
      expect(await Promise.all([report.lead, ...report.children].map(statusOf))).toEqual(Array(6).fill('idle'));
    },
    PATIENCE_MS,
  );

  it(
    'do nothing again when they are asked again',
    async () => {
      const { folder } = await folderOf({ 'a.md': '# A\n', 'b.md': '# B\n' });
      const first = await folderReport({ url: reveille.url, folder, fetch });
      const before = await Promise.all([first.lead, ...first.children].map(events));
      expect(await folderReport({ url: reveille.url, folder, fetch })).toEqual(first);
      expect(await Promise.all([first.lead, ...first.children].map(events))).toEqual(before);
    },
    PATIENCE_MS,
  );

  it(
    'say which file they could not read',
    async () => {
      const { folder, name } = await folderOf({ 'a.md': '# A\n', 'b.md': '# B\n' });
      // Between the plan of the lead and the work of the reader.
      const changing: FetchRequest = async (request) => {
        if (request.url.includes('~b-md') && request.method === 'PUT') await writeFile(join(folder, 'b.md'), 'new');
        return fetch(request);
      };
      const { text } = await folderReport({ url: reveille.url, folder, name, fetch: changing });
      expect(text).toContain('## b.md\n\nNo summary: b.md was changed after the report was begun\n');
      expect(text).toContain('2 files, 1 summaries.');
    },
    PATIENCE_MS,
  );

  it(
    'go on without a reader that is killed',
    async () => {
      const { folder, name } = await folderOf({ 'a.md': '# A\n', 'b.md': '# B\n' });
      const killing: FetchRequest = async (request) => {
        const response = await fetch(request);
        if (request.url.includes('~b-md') && request.method === 'PUT')
          await fetch(new Request(`${request.url}/signal`, { method: 'POST', body: '{"signal":"SIGKILL"}' }));
        return response;
      };
      const { text } = await folderReport({ url: reveille.url, folder, name, fetch: killing });
      expect(text).toContain('## b.md\n\nNo summary: it was stopped before it answered\n');
    },
    PATIENCE_MS,
  );
});

describe('a worker that dies', () => {
  const FILES = { 'a.txt': 'one\n', 'b.md': '# Two\n' };

  /** Ends like a killed process at its n-th request: nothing is sent after it, no answer is heard. */
  const workUntil = async (
    n: number,
    when: 'before' | 'after',
    { folder, name }: { readonly folder: string; readonly name: string },
  ): Promise<'died' | 'finished'> => {
    const death = new AbortController();
    let requests = 0;
    const mortal: FetchRequest = async (request) => {
      requests += 1;
      const last = requests === n;
      if (last && when === 'before') death.abort();
      death.signal.throwIfAborted();
      if (!last) return fetch(request);
      // Its signal stays out of this: the request must arrive, only the answer is lost.
      const answer = await fetch(new Request(request, { signal: null }));
      death.abort();
      await answer.body?.cancel();
      throw new Error('nobody hears this answer');
    };
    const outcome = folderReport({ url: reveille.url, folder, name, fetch: mortal, signal: death.signal });
    return outcome.then(
      () => 'finished' as const,
      () => 'died' as const,
    );
  };

  it.each(['before', 'after'] as const)(
    'at any request, %s it is handled, is followed by one that finishes its work, each answer once',
    async (when) => {
      let deaths = 0;
      for (let n = 1; ; n += 1) {
        const place = await folderOf(FILES);
        if ((await workUntil(n, when, place)) === 'finished') break;
        deaths += 1;
        const report = await folderReport({ url: reveille.url, ...place, fetch });
        await expectReport(report, FILES);
      }
      // Fewer would mean that the example no longer does its work in requests of its own.
      expect(deaths).toBeGreaterThan(30);
    },
    4 * PATIENCE_MS,
  );

  it(
    'again and again still leaves one run and one wake per child',
    async () => {
      const place = await folderOf(FIVE);
      let n = 3;
      while ((await workUntil(n, n % 2 === 0 ? 'before' : 'after', place)) === 'died') n += 4;
      await expectReport(await folderReport({ url: reveille.url, ...place, fetch }), FIVE);
    },
    PATIENCE_MS,
  );
});

const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  /** Resolves once the output so far matches. */
  readonly says: (pattern: RegExp) => Promise<void>;
}

const start = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Started => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return { code: code as number | null, out, err };
  });
  const says = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(out + err)) {
      const event = await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ended]);
      if (!Array.isArray(event) && !pattern.test(out + err)) throw new Error(`it ended, having said: ${out}${err}`);
    }
  };
  return { child, ended, says };
};

describe('the example programs', () => {
  it(
    'finish a report whose process was killed by SIGKILL',
    async () => {
      const { folder, name } = await folderOf(FIVE);
      const args = [START, 'example:folder-report', folder, name];
      const env = { REVEILLE_URL: reveille.url };
      const first = start(process.execPath, args, { ...env, PACE_MS: '40' });
      await first.says(/woken by/);
      first.child.kill('SIGKILL');
      expect(await first.ended).toMatchObject({ code: null, out: '' });
      const second = await start(process.execPath, args, { ...env, PACE_MS: '0' }).ended;
      expect(second).toMatchObject({ code: 0, err: expect.stringMatching(/found \/lead\/folder-\d+;/) });
      const report = await folderReport({ url: reveille.url, folder, name, fetch });
      expect(second.out.trim()).toBe(report.text.trim());
      await expectReport(report, FIVE);
    },
    PATIENCE_MS,
  );

  it(
    'show a subscriber what is on the streams',
    async () => {
      const { folder, name } = await folderOf({ 'a.md': '# Seen by a subscriber\n' });
      const subscriber = start(process.execPath, [START, 'example:jetstream-subscriber', reveille.system.natsUrl]);
      await subscriber.says(/following/);
      await folderReport({ url: reveille.url, folder, name, fetch });
      await subscriber.says(new RegExp(`log\\.default\\.s\\.lead\\.${name}\\.main\\.d \\["text","run"\\]`));
      await subscriber.says(/log\.default\.s\.reader\.[^ ]+\.main\.d \["text_delta"\]\n {2}\{.*1 line, 5 words/);
      subscriber.child.kill('SIGINT');
      expect(await subscriber.ended).toMatchObject({ code: 0, err: '' });
    },
    PATIENCE_MS,
  );
});

describe('the lines that are printed at the start', () => {
  it(
    'work when they are pasted into a shell',
    async () => {
      const lines = [...banner({ ...reveille.system, startedMs: 0 }).matchAll(/^ {2}(curl .*)$/gm)].map(
        ([, line]) => line ?? '',
      );
      expect(lines).toHaveLength(3);
      const [register = '', create = '', watch = ''] = lines;
      for (const line of [register, create]) {
        const { code, out } = await start('sh', ['-c', line]).ended;
        expect({ code, answer: JSON.parse(out) as unknown }).toMatchObject({
          code: 0,
          answer: expect.not.objectContaining({ error: expect.anything() }),
        });
      }
      // `exec`: so that the signal reaches curl.
      const live = start('sh', ['-c', `exec ${watch}`]);
      await live.says(/"payload":\{"text":"Hello"\}/);
      await live.says(/"upToDate":true/);
      live.child.kill('SIGINT');
      await live.ended;
    },
    PATIENCE_MS,
  );
});
