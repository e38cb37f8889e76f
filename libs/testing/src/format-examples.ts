import type { Json, Producer } from '@app/streams';
import { encodeCold, type MessageDraft } from '@app/streams/codec/format-v1.js';

/** One message of every kind of format v1, and the sequence it got. The files in test/golden/format-v1 are their bytes. */
export interface FormatExample {
  readonly subject: string;
  readonly seq: number;
  readonly draft: MessageDraft;
}

const CHAT = 'log.acme.s.chat.42.main.d';
const UPLOAD = 'log.acme.s.upload.7.d';
const UPLOAD_FORK = 'log.acme.s.upload.8.d';

const items = (...values: readonly Json[]): Uint8Array => Buffer.from(JSON.stringify(values));

const hot = { status: 'idle', updatedAt: 1_795_000_000_000 };
const cold = {
  url: '/chat/42',
  type: 'chat',
  revision: 3,
  typeSeq: 12,
  ancestors: [],
  createdBy: '/principal/user%3Aada',
  tags: { team: 'blue' },
};

const grant = {
  id: 1_838_080_000_000_123,
  permission: 'read',
  subject: '/principal/user%3Abob',
  createdBy: '/principal/user%3Aada',
  at: 1_795_000_030_000,
};

const reference = { id: '0f3a', fork: 'notes/draft', at: 1_795_000_040_000, after: 88 };

const json = {
  incarnation: 17,
  contentType: 'application/json',
  closed: false,
  tail: 'self',
  producers: [],
  hot,
  coldAt: 17,
} as const;

const binary = {
  ...json,
  incarnation: 90,
  contentType: 'application/octet-stream',
  hot: null,
  coldAt: 'none',
} as const;

const largeBody = Buffer.from(JSON.stringify([{ type: 'report', text: 'a body larger than one message' }]));

const tab = (n: number): Producer => ({ id: `tab-${String(n)}`, epoch: 0, seq: 0 });

export const FORMAT_EXAMPLES: Readonly<Record<string, FormatExample>> = {
  'json-append': {
    subject: CHAT,
    seq: 42,
    draft: {
      kind: 'commit',
      prev: 40,
      units: [{ id: '0b6f7c1e', count: 1, producer: { id: 'tab-1', epoch: 0, seq: 5 }, streamSeq: '2026-ü' }],
      events: [{ unit: 0, type: 'posted', data: { epoch: 39 } }],
      types: ['message'],
      state: { ...json, producers: [{ id: 'tab-1', epoch: 0, seq: 5 }], lastStreamSeq: '2026-ü' },
      payload: items({ type: 'message', key: 'm1', value: { text: 'grüße' }, headers: { operation: 'insert' } }),
    },
  },
  'many-producers': {
    subject: CHAT,
    seq: 43,
    draft: {
      kind: 'commit',
      prev: 42,
      units: [{ id: 'e7c0', count: 1, producer: tab(33) }],
      events: [],
      types: [],
      state: { ...json, producers: Array.from({ length: 32 }, (_, n) => tab(n + 2)), moreProducers: true },
      payload: items({ n: 1 }),
    },
  },
  'binary-append': {
    subject: UPLOAD,
    seq: 95,
    draft: {
      kind: 'commit',
      prev: 90,
      units: [
        { id: 'c2a4', count: 4 },
        { id: 'd9e1', count: 3 },
      ],
      events: [],
      types: [],
      state: binary,
      payload: Buffer.from([0x00, 0xff, 0x0a, 0x5c, 0x61, 0x62, 0x63]),
    },
  },
  spawn: {
    subject: CHAT,
    seq: 17,
    draft: {
      kind: 'commit',
      prev: 0,
      units: [
        { id: 'spawn-8d3f', count: 1, keyed: true, fingerprint: 'sha256:5f70bf18' },
        { id: 'spawn-8d3f.1', count: 1, keyed: true, fingerprint: 'sha256:5f70bf18' },
      ],
      events: [
        { unit: 0, type: 'spawned', data: { type: 'chat', revision: 3, typeSeq: 12, tags: { team: 'blue' } } },
        { unit: 0, type: 'registered', data: { key: 'w1', subscriber: '/desk/1', condition: { kind: 'runFinished' } } },
      ],
      types: ['entity_created', 'message_received'],
      state: { ...json, incarnation: 0, coldAt: 0 },
      cold,
      payload: items(
        { type: 'entity_created', key: 'entity-created', value: { args: {} }, headers: { operation: 'insert' } },
        { type: 'message_received', key: 'spawn-8d3f.1', value: 'hi', headers: { operation: 'insert' } },
      ),
    },
  },
  group: {
    subject: CHAT,
    seq: 48,
    draft: {
      kind: 'commit',
      prev: 42,
      units: [
        { id: 'e1', count: 2 },
        { id: 'e2', count: 0 },
        { id: 'e3', count: 1, producer: { id: 'run-9', epoch: 1, seq: 0 } },
      ],
      events: [{ unit: 1, type: 'status', data: { status: 'stopped', at: 1_795_000_060_000 } }],
      types: ['message'],
      state: {
        ...json,
        closed: true,
        closedBy: { id: 'run-9', epoch: 1, seq: 0 },
        producers: [
          { id: 'tab-1', epoch: 0, seq: 5 },
          { id: 'run-9', epoch: 1, seq: 0 },
        ],
        hot: { status: 'stopped', updatedAt: 1_795_000_060_000 },
      },
      payload: items({ type: 'message', n: 1 }, { type: 'message', n: 2 }, { type: 'message', n: 3 }),
    },
  },
  grant: {
    subject: CHAT,
    seq: 45,
    draft: {
      kind: 'commit',
      prev: 43,
      units: [{ id: '7d21', count: 0 }],
      events: [{ unit: 0, type: 'granted', data: grant }],
      types: [],
      state: { ...json, tail: { seq: 43, pos: 0 }, coldAt: 0 },
      cold: { ...cold, grants: [grant], lastGrant: grant.id },
      payload: items(),
    },
  },
  'piece-first': {
    subject: CHAT,
    seq: 60,
    draft: {
      kind: 'piece',
      piece: { index: 1, total: 2 },
      prev: 42,
      units: [],
      events: [],
      types: ['report'],
      state: { ...json, tail: { seq: 42, pos: 0 } },
      payload: largeBody.subarray(0, 32),
    },
  },
  'piece-last': {
    subject: CHAT,
    seq: 61,
    draft: {
      kind: 'piece',
      piece: { index: 2, total: 2 },
      prev: 42,
      units: [{ id: 'f7', count: 1 }],
      events: [],
      types: ['report'],
      state: json,
      payload: largeBody.subarray(32),
    },
  },
  'piece-first-of-a-new-stream': {
    subject: UPLOAD,
    seq: 90,
    draft: {
      kind: 'piece',
      piece: { index: 1, total: 2 },
      prev: 0,
      units: [],
      events: [],
      types: [],
      state: { ...binary, incarnation: 0, tail: { seq: 0, pos: 0 } },
      payload: Buffer.from('first half and'),
    },
  },
  'piece-last-of-a-new-stream': {
    subject: UPLOAD,
    seq: 91,
    draft: {
      kind: 'piece',
      piece: { index: 2, total: 2 },
      prev: 0,
      units: [{ id: 'a0', count: 26 }],
      events: [],
      types: [],
      state: { ...binary, incarnation: -1 },
      payload: Buffer.from(' second half'),
    },
  },
  'fork-head': {
    subject: 'log.acme.s.chat.43.main.d',
    seq: 70,
    draft: {
      kind: 'fork',
      lineage: { subject: CHAT, incarnation: 17, cut: { seq: 42, pos: 2 } },
      prev: 0,
      units: [{ id: 'fork-1c', count: 1, keyed: true }],
      events: [{ unit: 0, type: 'forked', data: { from: '/chat/42' } }],
      types: ['entity_forked'],
      state: { ...json, incarnation: 0, coldAt: 0 },
      cold: { ...cold, url: '/chat/43' },
      payload: items({ type: 'entity_forked', key: 'entity-forked', value: {}, headers: { operation: 'insert' } }),
    },
  },
  'piece-first-of-a-fork': {
    subject: UPLOAD_FORK,
    seq: 97,
    draft: {
      kind: 'piece',
      piece: { index: 1, total: 2 },
      lineage: { subject: UPLOAD, incarnation: 90, cut: { seq: 91, pos: 0 } },
      prev: 0,
      units: [],
      events: [],
      types: [],
      state: { ...binary, incarnation: 0, tail: { seq: 91, pos: 0 } },
      payload: Buffer.from('what follows'),
    },
  },
  'piece-last-of-a-fork': {
    subject: UPLOAD_FORK,
    seq: 98,
    draft: {
      kind: 'piece',
      piece: { index: 2, total: 2 },
      lineage: { subject: UPLOAD, incarnation: 90, cut: { seq: 91, pos: 0 } },
      prev: 0,
      units: [{ id: 'a1', count: 24 }],
      events: [],
      types: [],
      state: { ...binary, incarnation: -1 },
      payload: Buffer.from(' on the fork'),
    },
  },
  reference: {
    subject: 'log.acme.s.notes.d',
    seq: 92,
    draft: {
      kind: 'commit',
      prev: 90,
      units: [{ id: 'ref-5e', count: 0 }],
      events: [{ unit: 0, type: 'referenced', data: reference }],
      types: [],
      state: { ...binary, tail: { seq: 90, pos: 0 }, hot: {}, coldAt: 0 },
      cold: { references: [reference] },
      payload: new Uint8Array(),
    },
  },
  state: {
    subject: CHAT,
    seq: 75,
    draft: {
      kind: 'state',
      prev: 61,
      units: [{ id: '9c44', count: 0 }],
      events: [{ unit: 0, type: 'tagged', data: { key: 'note', value: 'long', at: 1_795_000_090_000 } }],
      types: [],
      state: { ...json, tail: { seq: 61, pos: 0 }, coldAt: 0 },
      payload: encodeCold({ ...cold, tags: { team: 'blue', note: 'long' } }),
    },
  },
  tombstone: {
    subject: UPLOAD,
    seq: 99,
    draft: {
      kind: 'tombstone',
      prev: 95,
      units: [{ id: 'del-2b', count: 0 }],
      events: [{ unit: 0, type: 'deleted', data: { reason: 'request' } }],
      types: [],
      state: { ...binary, tail: { seq: 95, pos: 0 } },
      payload: new Uint8Array(),
    },
  },
  fact: {
    subject: 'log.acme.s.chat.42.main.w',
    seq: 101,
    draft: {
      kind: 'commit',
      prev: 0,
      units: [{ id: 'b81d', count: 0 }],
      events: [{ unit: 0, type: 'fired', data: { key: 'w1', since: 18, at: 1_795_000_120_000 } }],
      types: [],
      state: { ...json, incarnation: 0, tail: { seq: 0, pos: 0 }, hot: null, coldAt: 'none' },
      payload: Buffer.from('[]'),
    },
  },
};

const escapeByte = (byte: number): string => {
  if (byte === 0x5c) return '\\\\';
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
};

/**
 * A message as a golden file shows it: the header block as it is on the wire, except that each line ends with a bare line
 * feed instead of CR LF; an empty line; the payload, with `\xNN` for bytes that are not printable ASCII and `\\` for a
 * backslash; a final line feed that is not part of it.
 */
export const goldenText = (headers: readonly (readonly [string, string])[], payload: Uint8Array): string => {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`).join('');
  return `NATS/1.0\n${lines}\n${Array.from(payload, escapeByte).join('')}\n`;
};

/** The inverse of `goldenText`. */
export const fromGoldenText = (
  text: string,
): { readonly headers: readonly (readonly [string, string])[]; readonly payload: Uint8Array } => {
  const end = text.indexOf('\n\n');
  const headers = text
    .slice(0, end)
    .split('\n')
    .slice(1)
    .map((line): readonly [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    });
  const payload = text
    .slice(end + 2, -1)
    .replace(/\\(?:x([0-9a-f]{2})|\\)/g, (_, hex?: string) => String.fromCharCode(hex ? parseInt(hex, 16) : 0x5c));
  return { headers, payload: Buffer.from(payload, 'latin1') };
};

const sequence = (number: number, own: number): number => (number > 0 ? number : own + number);

/** What a reader gets of an example: everything that stood for the message's own sequence is that sequence. */
export const asRead = ({ subject, seq, draft }: FormatExample): Record<string, unknown> => {
  const { state, kind, payload } = draft;
  const { coldAt, tail, incarnation } = state;
  return {
    ...draft,
    subject,
    seq,
    cold: kind === 'state' ? (JSON.parse(Buffer.from(payload).toString()) as Json) : draft.cold,
    piece: draft.piece,
    lineage: draft.lineage,
    payload: Buffer.from(payload),
    state: {
      ...state,
      incarnation: sequence(incarnation, seq),
      tail: tail === 'self' ? { seq, pos: 0 } : tail,
      coldAt: coldAt === 'none' ? 0 : sequence(coldAt, seq),
    },
  };
};

/** The same fields of a decoded message. */
export const fieldsOf = (message: object): Record<string, unknown> => {
  const names = ['subject', 'seq', 'kind', 'prev', 'units', 'events', 'types', 'state', 'cold', 'piece', 'lineage'];
  const fields = Object.fromEntries(names.map((name) => [name, Reflect.get(message, name) as unknown]));
  return { ...fields, payload: Buffer.from(Reflect.get(message, 'payload') as Uint8Array) };
};
