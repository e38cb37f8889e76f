import { entityOfMainPath } from '@app/domain';
import type { LogMessage } from '@app/streams';
import type { Change } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';
import { encodeText } from '../kernel/text.js';

/** The manifest of every entity as it is now, whoever wrote it. Key, kind and source are encoded text, the value is JSON text. */
export const manifestsTable: Table = {
  name: 'manifests',
  key: ['tenant', 'url', 'key'],
  columns: {
    tenant: 'text',
    url: 'text',
    key: 'text',
    kind: 'text',
    /** Of a `source`: its type and reference, joined by a colon. */
    source: 'text',
    value: 'text',
    seq: 'bigint',
  },
};

const MANIFEST = 'manifest';

// Entries of an index have at most 2,704 bytes. Nobody can address a longer key by URL, so it is left out.
const LONGEST_TEXT = 1_200;

const decoder = new TextDecoder();

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const short = (value: unknown): string | null => {
  const text = typeof value === 'string' ? encodeText(value) : undefined;
  return text === undefined || new TextEncoder().encode(text).length > LONGEST_TEXT ? null : text;
};

const sourceOf = ({ kind, sourceType, sourceRef }: Members): string | null =>
  kind === 'source' && typeof sourceType === 'string' && typeof sourceRef === 'string'
    ? short(`${sourceType}:${sourceRef}`)
    : null;

const changeOf = (item: unknown, entity: { readonly tenant: string; readonly url: string }, seq: number): Change[] => {
  if (!isMembers(item) || item['type'] !== MANIFEST) return [];
  const { key: name, value, headers } = item;
  const encoded = short(name);
  if (encoded === null) return [];
  const key = { ...entity, key: encoded };
  if (isMembers(headers) && headers['operation'] === 'delete') return [{ kind: 'delete', table: manifestsTable, key }];
  const members = isMembers(value) ? value : {};
  const row = { kind: short(members['kind']), source: sourceOf(members), value: JSON.stringify(members), seq };
  return [{ kind: 'upsert', table: manifestsTable, key, row }];
};

/** Undefined for what stands in the log as pieces: nobody writes that many entries at once. */
const itemsOf = ({ payload, piece }: LogMessage): readonly unknown[] =>
  piece ? [] : (JSON.parse(decoder.decode(payload)) as readonly unknown[]);

export const manifestsProjection: Projection = {
  name: 'manifests',
  tables: [manifestsTable],
  nature: 'interpreting',
  accepts: ({ address, message }) =>
    address.kind === 'stream' && address.path.endsWith('/main') && message.types.includes(MANIFEST),
  map: ({ address: { tenant, path }, message }) => {
    const entity = entityOfMainPath(path);
    if (!entity) return [];
    return itemsOf(message).flatMap((item) => changeOf(item, { tenant, url: entity.url }, message.seq));
  },
};
