/*
 * Clients that wait in thousands, that never read what they asked for, or that send a byte now and then. The figures go to
 * the standard output. TROUBLE_POLLS=10000 and TROUBLE_MIB=128 make it as large as it is meant (2000 and 40 unless given);
 * to let in so many at once takes a crowded machine longer than the 8 s that a request may take here, so
 * TROUBLE_REQUEST_MS=30000 goes with it, which is what servers allow by default.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rawHttp } from './gateway/http.js';
import { residentMiB } from './support/resident.js';
import { ReveilleOutside } from './support/reveille-outside.js';
import { sseEvents } from './support/sse.js';
import { until } from './support/until.js';

const POLLS = Number(process.env['TROUBLE_POLLS'] ?? 2_000);
const MIB = Number(process.env['TROUBLE_MIB'] ?? 40);
const LONG_MS = 240_000;
const REQUEST_MS = Number(process.env['TROUBLE_REQUEST_MS'] ?? 8_000);
const BYTES = { 'content-type': 'application/octet-stream' };

const reveille = new ReveilleOutside();

const { call } = reveille;
const read = async (path: string): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for (let offset = '-1'; ;) {
    const { headers, text: part } = await call('GET', `${path}?offset=${offset}`);
    parts.push(Buffer.from(part));
    offset = headers.get('stream-next-offset') ?? '';
    if (headers.has('stream-up-to-date')) return Buffer.concat(parts);
  }
};
const say = (figures: object): void => {
  process.stdout.write(`trouble: ${JSON.stringify(figures)}\n`);
};

beforeAll(
  () =>
    reveille.start({
      LONG_POLL_TIMEOUT_MS: '200000',
      REVEILLE_REQUEST_TIMEOUT_MS: String(REQUEST_MS),
      REVEILLE_RECENT_BYTES: String(8 << 20),
    }),
  LONG_MS,
);
afterAll(() => reveille.destroy(), LONG_MS);

it(
  'thousands of long-polls wait for little memory, and one append answers all of them',
  async () => {
    const offset = (await call('PUT', '/polled', undefined, BYTES)).headers.get('stream-next-offset') ?? '';
    const before = await residentMiB(reveille.pid);
    const agent = new Agent({ maxSockets: Infinity });
    let sent = 0;
    let again = 0;
    const poll = async (): Promise<string> => {
      for (let first = true; ; first = false) {
        const request = get(`${reveille.url}/polled?offset=${offset}&live=long-poll`, { agent });
        if (first) request.once('finish', () => (sent += 1));
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        const answer = `${String(response.statusCode)} ${await text(response)}`;
        // So many at once may take longer to let in than one of them may wait for the log: it asks again.
        if (response.statusCode !== 503) return answer;
        again += 1;
      }
    };
    const answers: string[] = [];
    const polls = Array.from({ length: POLLS }, async () => {
      answers.push(await poll());
    });
    await until('all requests', () => sent === POLLS, { withinMs: LONG_MS / 4 });
    // Asked after all of them: when this is answered at once again, they are waiting.
    for (let calm = 0; calm < 20;) calm = (await call('HEAD', '/polled')).status === 200 ? calm + 1 : 0;
    expect(answers).toEqual([]);
    const waiting = await residentMiB(reveille.pid);
    const appended = performance.now();
    expect((await call('POST', '/polled', 'news', BYTES)).status).toBe(204);
    await Promise.all(polls);
    expect(new Set(answers)).toEqual(new Set(['200 news']));
    const ms = Math.round(performance.now() - appended);
    agent.destroy();
    say({
      polls: POLLS,
      again,
      answeredInMs: ms,
      before,
      waiting,
      kibEach: Math.round(((waiting - before) * 1024) / POLLS),
    });
    expect(waiting - before).toBeLessThan(50 + POLLS * 0.06);
  },
  LONG_MS,
);

const chunk = (n: number): Buffer => Buffer.alloc(1 << 20, `chunk ${String(n)} `);

it(
  'who never reads costs no memory and delays nobody, and goes on where it was',
  async () => {
    await call('PUT', '/heavy', undefined, BYTES);
    const { hostname, port } = new URL(reveille.url);
    const lazy = connect({ host: hostname, port: Number(port) });
    await once(lazy, 'connect');
    lazy.write('GET /heavy?offset=-1&live=sse HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(lazy, 'readable');
    lazy.pause();

    const before = await residentMiB(reveille.pid);
    const eager = createHash('sha256');
    let seen = 0;
    const following = (async () => {
      const response = await fetch(`${reveille.url}/heavy?offset=-1&live=sse`);
      if (!response.body) return;
      for await (const { name, data } of sseEvents(response.body)) {
        if (name !== 'data') continue;
        const bytes = Buffer.from(data, 'base64');
        eager.update(bytes);
        seen += bytes.length;
        if (seen === MIB << 20) return;
      }
    })();
    const all = createHash('sha256');
    let most = 0;
    for (let n = 0; n < MIB; n += 1) {
      all.update(chunk(n));
      expect((await call('POST', '/heavy', chunk(n), BYTES)).status).toBe(204);
      most = Math.max(most, await residentMiB(reveille.pid));
    }
    await following;
    const whole = all.digest('hex');
    expect(eager.digest('hex')).toBe(whole);

    // What comes now is from history; it resumes at the last offset it was told, as clients do.
    const [slow, told] = [createHash('sha256'), { bytes: 0, offset: '-1', connections: 0 }];
    const take = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
      told.connections += 1;
      let data = '';
      for await (const event of sseEvents(body)) {
        if (event.name === 'data') data = event.data;
        if (event.name !== 'control') continue;
        const bytes = Buffer.from(data, 'base64');
        slow.update(bytes);
        told.bytes += bytes.length;
        told.offset = (JSON.parse(event.data) as { readonly streamNextOffset: string }).streamNextOffset;
        data = '';
        if (told.bytes === MIB << 20) return;
      }
    };
    await take(unchunked(lazy)).catch(() => undefined);
    lazy.destroy();
    while (told.bytes < MIB << 20) {
      const response = await fetch(`${reveille.url}/heavy?offset=${told.offset}&live=sse`);
      if (response.body) await take(response.body);
    }
    say({ appendedMiB: MIB, before, most, connections: told.connections });
    expect(slow.digest('hex')).toBe(whole);
    expect(most - before).toBeLessThan(200);
  },
  LONG_MS,
);

/** The body of a chunked response on a bare socket. */
async function* unchunked(socket: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let head = true;
  for await (const part of socket) {
    held = Buffer.concat([held, part]);
    for (;;) {
      if (head) {
        const end = held.indexOf('\r\n\r\n');
        if (end < 0) break;
        held = held.subarray(end + 4);
        head = false;
      }
      const line = held.indexOf('\r\n');
      const size = line < 0 ? NaN : Number.parseInt(held.subarray(0, line).toString('latin1'), 16);
      if (!(held.length >= line + size + 4)) break;
      if (size === 0) return;
      yield held.subarray(line + 2, line + 2 + size);
      held = held.subarray(line + size + 4);
    }
  }
}

it(
  'a body that comes byte by byte is given up with 408 and holds up nobody',
  async () => {
    await call('PUT', '/slow', undefined, BYTES);
    const dripping = Array.from({ length: 20 }, async () => {
      const { hostname, port } = new URL(reveille.url);
      const socket = connect(Number(port), hostname);
      socket.setEncoding('latin1').on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        'POST /slow HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000\r\n\r\n',
      );
      const drip = setInterval(() => socket.write('x'), 1_000);
      let answer = '';
      socket.on('data', (part: string) => (answer += part));
      await once(socket, 'close');
      clearInterval(drip);
      return answer;
    });
    let appended = 0;
    let dripped = false;
    const answers = Promise.all(dripping).finally(() => (dripped = true));
    while (!dripped) {
      expect((await call('POST', '/slow', 'y', BYTES)).status).toBe(204);
      appended += 1;
    }
    for (const answer of await answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('REQUEST_TIMEOUT');
    }
    expect((await read('/slow')).toString()).toBe('y'.repeat(appended));
    expect(appended).toBeGreaterThan(20);
  },
  LONG_MS,
);

it('a compressed body is not taken for what is in it', async () => {
  await call('PUT', '/plain', 'kept', BYTES);
  for (const encoding of ['gzip', 'br', 'deflate', 'x-unknown', 'gzip, identity'])
    for (const [method, path] of [
      ['POST', '/plain'],
      ['PUT', '/packed'],
    ] as const) {
      const { status, json } = await call(method, path, Buffer.from([31, 139, 8]), {
        ...BYTES,
        'content-encoding': encoding,
      });
      expect([encoding, status, json.error.code]).toEqual([encoding, 415, 'UNSUPPORTED_ENCODING']);
    }
  expect((await call('POST', '/plain', '!', { ...BYTES, 'content-encoding': 'identity' })).status).toBe(204);
  expect((await call('GET', '/plain', undefined, { 'accept-encoding': 'gzip, br' })).text).toBe('kept!');
  expect((await call('GET', '/packed')).status).toBe(404);
  // Answers are not compressed.
  const raw = await rawHttp(
    reveille.url,
    'GET /plain HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n',
  );
  expect(raw.toLowerCase()).not.toContain('content-encoding:');
});
