import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { answerOf, ApiError } from './answer.js';
import { createReveille, type Reveille, type ReveilleOptions } from './create-reveille.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

const SENT = json(200, { txid: 'one' });
const BUSY = json(503, { error: { code: 'UNAVAILABLE', message: 'not now' } }, { 'retry-after': '0' });
const REFUSED = json(409, { error: { code: 'NOT_RUNNING', message: 'it has ended', details: { status: 'killed' } } });
const HUNG_UP: Answer = (request) => request.destroy();
const SILENT: Answer = () => undefined;

const path = { type: 'chat', id: '42' };

describe('a client', () => {
  let server: Server | undefined;
  const seen: IncomingMessage[] = [];
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    seen.length = 0;
  });

  /** Of a server that answers each request with the next of `answers`, and all later ones with the last. */
  const clientOf = async (answers: readonly Answer[], options: Partial<ReveilleOptions> = {}): Promise<Reveille> => {
    server = createServer((request, response) => {
      seen.push(request);
      request.resume();
      answers[Math.min(seen.length, answers.length) - 1]?.(request, response);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return createReveille({ url: `http://127.0.0.1:${String(port)}`, ...options });
  };

  const send = (client: Reveille): Promise<{ txid: string }> =>
    answerOf(client.POST('/v1/entities/{type}/{id}/send', { params: { path }, body: { payload: 'hello' } }));

  const keys = (): readonly unknown[] => seen.map(({ headers }) => headers['idempotency-key']);

  it('sends a command again under the same key until it is answered', async () => {
    const client = await clientOf([HUNG_UP, BUSY, SENT]);
    expect(await send(client)).toEqual({ txid: 'one' });
    expect(keys()).toHaveLength(3);
    expect(new Set(keys()).size).toBe(1);
    expect(keys()[0]).toMatch(/^[\da-f-]{36}$/);
  });

  it('gives every command a key of its own, and reads none', async () => {
    const client = await clientOf([SENT]);
    await send(client);
    await send(client);
    await client.GET('/v1/entities');
    expect(keys()[0]).not.toEqual(keys()[1]);
    expect(keys()[2]).toBeUndefined();
  });

  it('throws a refusal with its code, at once', async () => {
    const client = await clientOf([REFUSED]);
    const refusal = await send(client).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject({ status: 409, code: 'NOT_RUNNING', details: { status: 'killed' } });
    expect(seen).toHaveLength(1);
  });

  it('says who asks, with a token that may change', async () => {
    let issued = 0;
    const client = await clientOf([SENT], { token: () => `t${String(++issued)}`, principal: 'user:alice' });
    await send(client);
    await send(client);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
    expect(seen[0]?.headers['electric-principal']).toBe('user:alice');
  });

  it('asks again after silence, and gives the last refusal when its patience is over', async () => {
    const client = await clientOf([SILENT, BUSY], { answerMs: 100, patienceMs: 2_000 });
    expect(await send(client).catch((error: unknown) => error)).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(seen.length).toBeGreaterThan(1);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const client = await clientOf([SILENT], { signal: stop.signal });
    const asked = send(client);
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow();
    expect(seen).toHaveLength(1);
  });
});
