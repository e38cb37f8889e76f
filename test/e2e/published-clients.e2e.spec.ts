import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DurableStream, IdempotentProducer, stream, type StreamResponse } from '@durable-streams/client';
import { isChangeEvent, MaterializedState, type StateEvent } from '@durable-streams/state';
import { createStreamDB } from '@durable-streams/state/db';
import { RoundRobin } from '@app/testing/round-robin.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller } from './gateway/http.js';
import { Entities, runEvents, textEvent } from './support/entities.js';
import { Fleet } from './support/fleet.js';
import { outputOfExample, pageExamples } from './support/page-examples.js';
import { patientFetch } from './support/patient-fetch.js';
import { until } from './support/until.js';

const LONG_MS = 120_000;
const EVENTS = Number(process.env['REVEILLE_CLIENT_EVENTS'] ?? 1_500);
const JSON_TYPE = 'application/json';

let servers: TestServers;
let fleet: Fleet;
let balancer: RoundRobin;
const at = (path: string): string => `${balancer.url}/v1/stream/clients/${path}`;

interface Numbered {
  readonly n: number;
}
const numbers = (count: number): readonly Numbered[] => Array.from({ length: count }, (_, n) => ({ n }));

const readers: StreamResponse<unknown>[] = [];

/** A reader that ends with its test. */
const reading = async <T>(options: Parameters<typeof stream>[0]): Promise<StreamResponse<T>> => {
  const response = await stream<T>(options);
  readers.push(response);
  return response;
};

/** What a client was given so far, and the last offset it was told to go on at. */
const collected = <T>(response: StreamResponse<T>): { readonly items: T[]; offset: string } => {
  const collection = { items: [] as T[], offset: '' };
  response.subscribeJson((batch) => {
    collection.items.push(...batch.items);
    collection.offset = batch.offset;
  });
  return collection;
};

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  // So that many long-polls end empty while a test runs.
  const env = { LONG_POLL_TIMEOUT_MS: '1000' };
  fleet = await Fleet.start({ ...servers.urls, env, copies: { gateway: 2, projector: 1, saga: 1 } });
  balancer = await RoundRobin.start(fleet.urls);
}, LONG_MS);

afterAll(async () => {
  await balancer.stop();
  await fleet.stop();
  await servers.stop();
}, LONG_MS);

afterEach(() => {
  for (const reader of readers.splice(0)) reader.cancel();
});

describe('the published client, on two gateways', () => {
  it(
    'writes in batches, once and in order, while a gateway is killed and started',
    async () => {
      const url = at('produced');
      const handle = await DurableStream.create({ url, contentType: JSON_TYPE });
      const errors: unknown[] = [];
      const producer = new IdempotentProducer(handle, 'a-producer', {
        fetch: patientFetch,
        maxBatchBytes: 500,
        onError: (error) => errors.push(error),
      });
      const events = numbers(EVENTS);
      for (const event of events.slice(0, EVENTS / 3)) producer.append(JSON.stringify(event));
      await until('some events', async () => (await (await stream<Numbered>({ url, live: false })).json()).length > 0);
      const restarted = fleet.kill('gateway', 0).then(() => fleet.launch('gateway', 0));
      for (const event of events.slice(EVENTS / 3)) producer.append(JSON.stringify(event));
      await producer.flush();
      await restarted;
      expect(errors).toEqual([]);
      await producer.close();
      expect(await (await stream<Numbered>({ url, live: false })).json()).toEqual(events);
      for (const live of [true, 'sse', 'long-poll'] as const)
        expect(await (await stream<Numbered>({ url, live })).json()).toEqual(events);
    },
    LONG_MS,
  );

  it(
    'goes on at a saved offset, in another mode and after a restart of both gateways',
    async () => {
      const url = at('resumed');
      const handle = await DurableStream.create({ url, contentType: JSON_TYPE });
      const events = numbers(90);
      const items: Numbered[] = [];
      let offset = '-1';
      for (const [turn, live] of (['sse', 'long-poll', 'sse'] as const).entries()) {
        for (const event of events.slice(turn * 30, turn * 30 + 15)) await handle.append(JSON.stringify(event));
        const response = await reading<Numbered>({ url, live, offset });
        const got = collected(response);
        await Promise.all(
          events.slice(turn * 30 + 15, turn * 30 + 30).map((event) => handle.append(JSON.stringify(event))),
        );
        await until('all of them', () => items.length + got.items.length >= (turn + 1) * 30);
        response.cancel();
        items.push(...got.items);
        offset = got.offset;
        if (turn === 1)
          for (const place of [0, 1]) {
            await fleet.kill('gateway', place);
            await fleet.launch('gateway', place);
          }
      }
      expect(items).toHaveLength(90);
      // Those that were sent at once have no order among themselves.
      expect([...items].sort((one, other) => one.n - other.n)).toEqual(events);
      expect(await (await stream<Numbered>({ url, live: false })).json()).toEqual(items);
    },
    LONG_MS,
  );

  it('is refused by the name of its producer when a newer one has taken over', async () => {
    const handle = await DurableStream.create({ url: at('fenced'), contentType: JSON_TYPE });
    const errors: Error[] = [];
    const older = new IdempotentProducer(handle, 'one', { onError: (error) => errors.push(error) });
    older.append(JSON.stringify({ from: 'older' }));
    await older.flush();
    const newer = new IdempotentProducer(handle, 'one', { epoch: 1 });
    newer.append(JSON.stringify({ from: 'newer' }));
    await newer.flush();
    older.append(JSON.stringify({ from: 'older, late' }));
    await older.flush().catch(() => undefined);
    expect(errors.map(({ name }) => name)).toEqual(['StaleEpochError']);
    expect(await (await handle.stream({ live: false })).json()).toEqual([{ from: 'older' }, { from: 'newer' }]);
  });

  it.each(['sse', 'long-poll'] as const)('reads bytes as they were written, by %s, to the end', async (live) => {
    const url = at(`bytes-${live}`);
    const handle = await DurableStream.create({ url, contentType: 'application/octet-stream' });
    const written = Buffer.from(Array.from({ length: 3_000 }, (_, n) => (n * 7) % 256));
    const response = await reading({ url, live, offset: '-1' });
    const pieces: Uint8Array[] = [];
    response.subscribeBytes(({ data }) => void pieces.push(data));
    for (let from = 0; from < 2_000; from += 500) await handle.append(written.subarray(from, from + 500));
    await handle.appendStream(Readable.from([written.subarray(2_000, 2_500), written.subarray(2_500)]));
    await handle.close();
    await response.closed;
    // The client says so before it has handed out the last piece.
    await until('the last piece', () => Buffer.concat(pieces).length >= written.length);
    expect(Buffer.concat(pieces).equals(written)).toBe(true);
    expect(Buffer.from(await (await handle.stream({ live: false })).body()).equals(written)).toBe(true);
  });

  it('reads text, closes with a last piece, and deletes', async () => {
    const url = at('text');
    const handle = await DurableStream.create({ url, contentType: 'text/plain', ttlSeconds: 3_600 });
    await handle.append('one\r\n, two 😀');
    const { finalOffset } = await handle.close({ body: ', three' });
    const head = await handle.head();
    expect(head).toMatchObject({ exists: true, contentType: 'text/plain', offset: finalOffset, streamClosed: true });
    for (const live of [false, 'long-poll', 'sse'] as const)
      expect(await (await stream({ url, live })).text()).toBe('one\r\n, two 😀, three');
    await expect(handle.append('four')).rejects.toMatchObject({ status: 409 });
    await handle.delete();
    expect(await handle.head()).toEqual({ exists: false });
  });
});

/** What the client of the state protocol needs of a schema library. */
const anyObject = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) => ({ value: value as { id: string; name: string } }),
  },
} as const;

describe('the published state client, on two gateways', () => {
  it('keeps a collection by what is inserted, updated and deleted on a plain stream', async () => {
    const url = at('state');
    const handle = await DurableStream.create({ url, contentType: JSON_TYPE });
    const db = createStreamDB({
      streamOptions: { url, contentType: JSON_TYPE },
      state: { users: { schema: anyObject, type: 'user', primaryKey: 'id' } },
    });
    const change = (operation: string, key: string, value?: object): Promise<void> =>
      handle.append(JSON.stringify({ type: 'user', key, value, headers: { operation } }));
    const rows = (): unknown[] => db.collections.users.toArray.map(({ id, name }) => [id, name]);
    try {
      await change('insert', 'a', { name: 'Ada' });
      await change('insert', 'b', { name: 'Bob' });
      await db.preload();
      expect(rows()).toEqual([
        ['a', 'Ada'],
        ['b', 'Bob'],
      ]);
      await change('update', 'a', { name: 'Ada L.' });
      await change('delete', 'b');
      await until('the changes', () => JSON.stringify(rows()) === '[["a","Ada L."]]');
    } finally {
      db.close();
    }
  });

  it('is told of a reset, with the offset at which the state begins anew', async () => {
    const url = at('reset');
    const handle = await DurableStream.create({ url, contentType: JSON_TYPE });
    const insert = (key: string): string =>
      JSON.stringify({ type: 'user', key, value: { key }, headers: { operation: 'insert' } });
    await handle.append(insert('old'));
    await handle.append(JSON.stringify({ headers: { control: 'reset' } }));
    const head = await handle.head();
    await handle.append(insert('new'));
    const state = new MaterializedState();
    for (const item of await (await stream<StateEvent>({ url, live: false })).json())
      if (isChangeEvent(item)) state.apply(item);
      else {
        expect(item.headers).toEqual({ control: 'reset', offset: head.exists && head.offset });
        state.clear();
      }
    expect([...state.getType('user').keys()]).toEqual(['new']);
  });

  it('materialises the collections of an entity from its main stream', async () => {
    const entities = new Entities(caller(() => balancer.url));
    await entities.register('stateful');
    await entities.spawn('stateful/one', { args: { topic: 'x' } });
    await entities.sendAnswer('stateful/one', { text: 'hello' });
    const claim = await entities.claim('stateful/one');
    await entities.append('stateful/one', claim, [...runEvents('run-1'), textEvent('text-1')]);
    const response = await reading<StateEvent>({ url: `${balancer.url}/stateful/one/main`, live: 'sse', offset: '-1' });
    const state = new MaterializedState();
    response.subscribeJson(({ items }) => {
      for (const item of items) if (isChangeEvent(item)) state.apply(item);
    });
    await until('the text', () => state.get('text', 'text-1'));
    expect(state.get('run', 'run-1')).toMatchObject({ status: 'completed', finish_reason: 'stop' });
    expect([...state.getType('inbox').values()]).toMatchObject([{ payload: { text: 'hello' } }]);
    expect(state.getType('entity_created').size).toBe(1);
    await entities.append('stateful/one', claim, [
      { type: 'text', key: 'text-1', value: { status: 'completed' }, headers: { operation: 'update' } },
    ]);
    await until('the update', () => state.get<{ status: string }>('text', 'text-1')?.status === 'completed');
  });
});

describe('the page about clients', () => {
  it.each(pageExamples('docs/how-to/use-the-durable-streams-client.md'))(
    'shows what "$title" prints',
    async ({ program, output }) => {
      expect(await outputOfExample(program, { REVEILLE_URL: balancer.url })).toBe(output);
    },
    LONG_MS,
  );
});
