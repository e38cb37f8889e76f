import { sseEvents } from '../support/sse.js';
import { MODES, type Mode, type Sighting } from './record.js';
import { anyGateway, ask, type World } from './world.js';

const SSE_MS = 1_500;

interface Question {
  readonly path: string;
  readonly mode: Mode;
  readonly gateway: number;
  readonly from: string;
}

const query = (from: string, mode: Mode): string =>
  `offset=${encodeURIComponent(from)}${mode === 'catch-up' ? '' : `&live=${mode}`}`;

const readOnce = async (url: string, question: Question): Promise<Sighting> => {
  const started = Date.now();
  const { status, headers, body } = await ask(url, 'GET');
  const next = headers.get('stream-next-offset') ?? undefined;
  return {
    ...question,
    started,
    ended: Date.now(),
    status,
    body: status === 200 ? body : Buffer.alloc(0),
    upToDate: headers.has('stream-up-to-date'),
    closed: headers.has('stream-closed'),
    ...(next !== undefined && { next }),
  };
};

interface Control {
  readonly streamNextOffset: string;
  readonly upToDate?: boolean;
  readonly streamClosed?: boolean;
}

/** Ends after `events` control events, or when the server ends it, or after a while. */
async function* follow(url: string, question: Question, events: number): AsyncGenerator<Sighting> {
  const started = Date.now();
  const ending = new AbortController();
  const timer = setTimeout(() => {
    ending.abort();
  }, SSE_MS);
  const nothing = { ...question, started, body: Buffer.alloc(0), upToDate: false, closed: false };
  try {
    const response = await fetch(url, { signal: ending.signal });
    if (response.status !== 200 || !response.body) {
      await response.arrayBuffer();
      yield { ...nothing, ended: Date.now(), status: response.status };
      return;
    }
    const encoding = response.headers.get('stream-sse-data-encoding') === 'base64' ? 'base64' : 'utf8';
    let { from } = question;
    let body = Buffer.alloc(0);
    let left = events;
    for await (const { name, data } of sseEvents(response.body)) {
      if (name === 'data') body = Buffer.from(data, encoding);
      if (name !== 'control') continue;
      const { streamNextOffset: next, upToDate = false, streamClosed: closed = false } = JSON.parse(data) as Control;
      yield { ...nothing, from, next, body, upToDate, closed, ended: Date.now(), status: 200 };
      from = next;
      body = Buffer.alloc(0);
      if ((left -= 1) === 0) return;
    }
  } catch {
    // Cut off, by ourselves or by the end of the process: what was told holds.
    if (!ending.signal.aborted) yield { ...nothing, ended: Date.now(), status: 0 };
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

/** One question in one of the three modes, written down. */
export const read = async (world: World, question: Question, events = 20): Promise<Sighting | undefined> => {
  const { path, mode, gateway, from } = question;
  const url = `${world.gateways[gateway] ?? ''}/${path}?${query(from, mode)}`;
  if (mode !== 'sse') {
    const sighting = await readOnce(url, question);
    world.record.see(sighting);
    return sighting;
  }
  let last: Sighting | undefined;
  for await (const sighting of follow(url, question, events)) {
    world.record.see(sighting);
    last = sighting;
  }
  return last;
};

/** A client that reads here and there, and goes on at any offset anybody was ever given. */
export const wander = async (world: World, done: () => boolean): Promise<void> => {
  const { chance, record, paths } = world;
  while (!done()) {
    const path = chance.of(paths);
    let from = chance.of(['-1', 'now', ...Array.from({ length: 4 }, () => chance.of([...record.known(path), '-1']))]);
    for (let steps = chance.between(1, 10); steps > 0 && !done(); steps -= 1) {
      const question = { path, from, mode: chance.of(MODES), gateway: anyGateway(world) };
      const { next, status = 0 } = (await read(world, question, chance.between(1, 30))) ?? {};
      if (status === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      if (next === undefined) break;
      from = next;
    }
  }
};
