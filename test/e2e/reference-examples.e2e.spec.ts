/*
 * The examples of the OpenAPI document were answered by a server, and still are, but for times, ids and places in the log;
 * what is on the broker then is what the AsyncAPI document says.
 * After a change of the contract: UPDATE_EXAMPLES=1 npm run test:e2e -- reference-examples && npm run docs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { LOG_STREAM, REGISTRY_STREAM } from '@app/contracts';
import { EXAMPLE_ANSWERS, type ExampleAnswer } from '../../apps/gateway/src/docs/examples/answers.js';
import { ALICE, EXAMPLE_REQUESTS, type ExampleRequest } from '../../apps/gateway/src/docs/examples/requests.js';
import { ReveilleInside, STARTING_MS } from './support/reveille-inside.js';

const LONG_MS = 120_000;
const ANSWERS = new URL('../../apps/gateway/src/docs/examples/answers.ts', import.meta.url);
const OPENAPI = new URL('../../docs/reference/openapi.json', import.meta.url);
const ASYNCAPI = new URL('../../docs/reference/asyncapi.json', import.meta.url);

interface Documented {
  readonly operationId?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}

const reveille = new ReveilleInside();

beforeAll(() => reveille.start(), STARTING_MS);
afterAll(() => reveille.stop(), STARTING_MS);

type Kept = Map<string, unknown>;

const filledIn = (text: string, kept: Kept): string => text.replace(/\$(\w+)/g, (_, name) => String(kept.get(name)));

const bodyOf = ({ body, form }: ExampleRequest, kept: Kept): FormData | string | undefined => {
  if (!form)
    return body === undefined ? undefined : JSON.stringify(body).replace('"$epoch"', String(kept.get('epoch')));
  const { file = '', ...fields } = form;
  const data = new FormData();
  data.set('file', new Blob([file], { type: 'text/plain' }), 'file.txt');
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};

const jsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const answerOf = async (request: ExampleRequest, kept: Kept): Promise<ExampleAnswer> => {
  const response = await fetch(reveille.url + filledIn(request.path, kept), {
    method: request.method,
    headers: {
      'electric-principal': ALICE,
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
      ...(request.claimed && { authorization: `Bearer ${String(kept.get('token'))}` }),
    },
    body: bodyOf(request, kept) ?? null,
  });
  const text = await response.text();
  const body = jsonOr(text);
  for (const [name, member] of Object.entries(request.keep ?? {}))
    kept.set(name, (body as Readonly<Record<string, unknown>>)[member]);
  return { operation: request.operation, status: response.status, ...(text !== '' && { body }) };
};

/** Members whose values are another with every server, or depend on how far work in the background is. */
const CHANGING = /^(txid|token|key|sourceRef|streamUrl|status|done|position|claimEpoch|typeSeq|revision)$/;
const TIMES_AND_IDS = /\d{4}-\d\d-\d\dT[\d:.]+Z|op-[\da-f-]{36}|[\da-f]{8}-[\da-f-]{27}|\d{16}_\d{16}|\d{12,}-\w+/g;
const LARGE = 1e9;

const settled = (answer: ExampleAnswer): unknown =>
  JSON.parse(JSON.stringify(answer), (name, value: unknown) => {
    if (CHANGING.test(name) && name !== '' && !(name === 'status' && typeof value === 'number')) return typeof value;
    if (typeof value === 'number' && value > LARGE) return 'large';
    return typeof value === 'string' ? value.replace(TIMES_AND_IDS, '*') : value;
  });

const written = (answers: readonly ExampleAnswer[]): string =>
  [
    '/* What a server answered to the requests of `requests.ts`: written by test/e2e/reference-examples.e2e.spec.ts. */',
    'export interface ExampleAnswer {',
    '  readonly operation: string;',
    '  readonly status: number;',
    '  /** Absent: nothing but headers. */',
    '  readonly body?: unknown;',
    '}',
    '',
    'export const EXAMPLE_ANSWERS: readonly ExampleAnswer[] = [',
    // Nobody should take a token in a document for one that was leaked.
    ...answers.map((answer) => `  ${JSON.stringify(answer).replace(/"token":"[^"]+"/, '"token":"the-write-token"')},`),
    '];',
    '',
  ].join('\n');

const operations = (): readonly Documented[] => {
  const { paths } = JSON.parse(readFileSync(OPENAPI, 'utf8')) as { paths: Record<string, Record<string, Documented>> };
  return Object.values(paths).flatMap((item) => Object.values(item).filter(({ responses }) => responses));
};

it(
  'are what a server answers',
  async () => {
    const kept: Kept = new Map();
    const answers: ExampleAnswer[] = [];
    for (const request of EXAMPLE_REQUESTS) answers.push(await answerOf(request, kept));
    expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
    if (process.env['UPDATE_EXAMPLES']) writeFileSync(ANSWERS, written(answers));
    else expect(answers.map(settled)).toEqual(EXAMPLE_ANSWERS.map(settled));
  },
  LONG_MS,
);

it('are there for every operation that takes or answers JSON', () => {
  const without = operations().flatMap(({ operationId = '', requestBody, responses = {} }) => [
    ...Object.entries(requestBody?.content ?? {})
      .filter(([type, content]) => /json|form/.test(type) && !('example' in content))
      .map(([type]) => `${operationId} takes ${type}`),
    ...Object.entries(responses)
      .filter(([status, { content = {} }]) => status < '300' && 'application/json' in content)
      .filter(([, { content = {} }]) => !('example' in (content['application/json'] ?? {})))
      .map(([status]) => `${operationId} answers ${status}`),
  ]);
  expect(without).toEqual([]);
});

interface Subjects {
  readonly channels: Readonly<Record<string, { readonly address: string; readonly messages: object }>>;
}

interface Channel {
  readonly subject: RegExp;
  readonly headers: ValidateFunction;
  readonly payload: ValidateFunction | undefined;
}

const channels = (): readonly Channel[] => {
  const document = JSON.parse(readFileSync(ASYNCAPI, 'utf8')) as Subjects;
  const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(document, 'asyncapi');
  return Object.values(document.channels).map(({ address, messages }) => {
    const message = `asyncapi#/components/messages/${Object.keys(messages).join()}`;
    return {
      subject: new RegExp(
        `^${address.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, (_, name) => (name === 'path' ? '.+' : '[^.]+'))}$`,
      ),
      headers: ajv.compile({ $ref: `${message}/headers` }),
      payload: ajv.getSchema(`${message}/payload`),
    };
  });
};

it('leave on the broker what the description of the subjects says', async () => {
  const described = channels();
  const connection = await connect({ servers: reveille.system.natsUrl });
  const used = new Set<Channel>();
  const js = jetstream(connection);
  for (const name of [LOG_STREAM, REGISTRY_STREAM]) {
    const consumer = await js.consumers.get(name);
    const { num_pending: all } = await consumer.info();
    for await (const { subject, headers, data, seq } of await consumer.fetch({ max_messages: all })) {
      const channel = described.find((each) => each.subject.test(subject));
      const told = Object.fromEntries([...(headers ?? [])].map(([key, values]) => [key, values[0]]));
      const payload = channel?.payload ? channel.payload(JSON.parse(Buffer.from(data).toString())) : true;
      expect([name, seq, subject, channel?.headers(told), payload]).toEqual([name, seq, subject, true, true]);
      if (channel) used.add(channel);
    }
  }
  expect(used.size).toBe(described.length);
  await connection.close();
});
