import {
  entityTypeSubject,
  grantsSubject,
  LOG_STREAM,
  REGISTRY_STREAM,
  streamSubject,
  waitersSubject,
} from '@app/contracts';
import { FORMAT, HEADER } from '@app/streams/codec/format-v1.js';

type Described = Readonly<Record<string, unknown>>;

// As they stand in a subject; AsyncAPI writes what is in capitals here as `{name}`.
const TENANT = 'TENANT';
const ENTITY = 'TYPE/ID/main';

const PARAMETERS: Readonly<Record<string, string>> = {
  tenant: 'Tenant, `default` unless configured otherwise.',
  type: "Entity type. A token; bytes outside A-Za-z0-9_~:@!$&'()+,;=- are written as %XX.",
  id: 'Id of the entity, a token as above.',
  path: 'One token for each segment of the path, with dots between them.',
  subscription: '`direct:{type}:{id}` for claims that were asked for directly.',
  name: 'Name of the entity type, a token as above.',
};

const named = (subject: string): string => subject.replace(/\b[A-Z]+\b/g, (name) => `{${name.toLowerCase()}}`);

const channel = (subject: string, message: string, description: string): Described => {
  const address = named(subject);
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    address,
    description,
    parameters: Object.fromEntries(names.map((name) => [name, { description: PARAMETERS[name] }])),
    messages: { [message]: { $ref: `#/components/messages/${message}` } },
  };
};

const CHANNELS = {
  main: channel(
    streamSubject(TENANT, ENTITY),
    'commit',
    `The main stream of an entity, in the JetStream stream ${LOG_STREAM}.`,
  ),
  stream: channel(
    streamSubject(TENANT, 'PATH'),
    'content',
    `Any other stream, in ${LOG_STREAM}. Paths that begin with _ are internal.`,
  ),
  waiters: channel(waitersSubject(TENANT, 'PATH'), 'fact', 'Who waits for the stream at this path. Internal.'),
  grants: channel(grantsSubject(TENANT, 'SUBSCRIPTION'), 'fact', 'Grants of claims. Internal.'),
  entityType: channel(
    entityTypeSubject(TENANT, 'NAME'),
    'fact',
    `An entity type, in the JetStream stream ${REGISTRY_STREAM}. Internal.`,
  ),
};

const HEADERS = {
  type: 'object',
  required: [HEADER.format, HEADER.prev, HEADER.units],
  properties: {
    [HEADER.format]: { type: 'string', const: FORMAT, description: 'Ignore messages of another format.' },
    [HEADER.kind]: {
      type: 'string',
      description:
        'Absent, or fork: the payload is the items. piece: join the payloads of pieces 1 to n first. Anything else: skip it.',
    },
    [HEADER.piece]: {
      type: 'string',
      pattern: '^[0-9]+/[0-9]+$',
      description:
        'This is piece i of n of one body; they follow each other without a gap. Nothing has happened before piece n: drop pieces that another message of the subject follows.',
    },
    [HEADER.prev]: {
      type: 'string',
      pattern: '^[0-9]+$',
      description: 'Sequence of the message before on this subject; 0 for the first.',
    },
    [HEADER.units]: { type: 'string', description: 'JSON: [[id, number of items], …], one per request.' },
    [HEADER.types]: { type: 'string', description: 'JSON: the types of the items; absent when there are none.' },
  },
};

const ITEM = {
  type: 'object',
  required: ['type', 'key', 'headers'],
  properties: {
    type: {
      type: 'string',
      description:
        'Such as entity_created, inbox, signal, wake, run, text, text_delta, tool_call, error, or of the entity type.',
    },
    key: { type: 'string' },
    value: { type: 'object' },
    old_value: { type: 'object' },
    headers: {
      type: 'object',
      required: ['operation'],
      properties: {
        operation: { type: 'string', enum: ['insert', 'update', 'delete', 'upsert'] },
        timestamp: { type: 'string', format: 'date-time' },
        txid: { type: 'string' },
      },
    },
  },
};

const EXAMPLE = {
  name: 'text',
  headers: {
    [HEADER.format]: FORMAT,
    [HEADER.prev]: '41',
    [HEADER.units]: '[["0b7e3c1e-5d0f-4a55-9a1e-2f6f0f3f9a10",1]]',
    [HEADER.types]: '["text_delta"]',
  },
  payload: [
    {
      type: 'text_delta',
      key: 'msg-0:1',
      value: { text_id: 'msg-0', run_id: 'run-0', delta: 'Hello' },
      headers: { operation: 'insert' },
    },
  ],
};

const headers = { $ref: '#/components/schemas/headers' };

/** What other services may subscribe to, as AsyncAPI 3. In words: docs/reference/subjects-and-messages.md */
export const asyncApi = (): Described => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Reveille on JetStream',
    version: '1.0.0',
    description:
      'Subjects and messages that other services may subscribe to. In words: subjects-and-messages.md. Encoding byte by byte: docs/adr/0002-message-format-v1.md.',
    license: { name: 'Apache-2.0' },
  },
  defaultContentType: 'application/json',
  servers: {
    broker: {
      host: '127.0.0.1:4222',
      protocol: 'nats',
      description: 'The broker of NATS_URL; `npm start` prints the address of the embedded one.',
    },
  },
  channels: CHANNELS,
  operations: {
    followEntities: {
      action: 'receive',
      summary: `Follow entities by an ordered or durable consumer on ${LOG_STREAM}.`,
      channel: { $ref: '#/channels/main' },
      messages: [{ $ref: '#/channels/main/messages/commit' }],
    },
    followStreams: {
      action: 'receive',
      summary: `Follow plain streams by an ordered or durable consumer on ${LOG_STREAM}.`,
      channel: { $ref: '#/channels/stream' },
      messages: [{ $ref: '#/channels/stream/messages/content' }],
    },
  },
  components: {
    messages: {
      commit: {
        summary: 'What one or more requests put on one main stream at once.',
        headers,
        payload: {
          type: 'array',
          description: 'The public items, in order; empty when the message only changes state.',
          items: { $ref: '#/components/schemas/item' },
        },
        examples: [EXAMPLE],
      },
      content: {
        summary: 'What one or more requests put on one plain stream at once: its items as a JSON array, or its bytes.',
        headers,
      },
      fact: { summary: 'Facts of our own, in the headers; the payload tells subscribers nothing.', headers },
    },
    schemas: { headers: HEADERS, item: ITEM },
  },
});
