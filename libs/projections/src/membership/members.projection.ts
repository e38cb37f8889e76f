import { refOfPath } from '@app/domain';
import type { LogMessage } from '@app/streams';
import type { Change } from '../kernel/change.js';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';

/** Who is in a membership stream, as its readers know it. `value` is JSON text of the row. */
export const membersTable: Table = {
  name: 'members',
  key: ['tenant', 'ref', 'url'],
  columns: { tenant: 'text', ref: 'text', url: 'text', value: 'text' },
};

const MEMBERS = 'members';

const decoder = new TextDecoder();

interface Item {
  readonly type: string;
  readonly key: string;
  readonly value?: unknown;
}

const changeOf = ({ key: url, value }: Item, source: { readonly tenant: string; readonly ref: string }): Change => {
  const key = { ...source, url };
  return value === undefined
    ? { kind: 'delete', table: membersTable, key }
    : { kind: 'upsert', table: membersTable, key, row: { value: JSON.stringify(value) } };
};

/** Its writer keeps below what is stored in pieces. */
const itemsOf = ({ payload }: LogMessage): readonly Item[] => JSON.parse(decoder.decode(payload)) as readonly Item[];

export const membersProjection: Projection = {
  name: 'members',
  tables: [membersTable],
  nature: 'interpreting',
  accepts: ({ address, message }) =>
    address.kind === 'stream' && address.path.startsWith('_entities/') && message.types.includes(MEMBERS),
  map: ({ address: { tenant, path }, message }) => {
    const ref = refOfPath(path);
    if (ref === undefined) return [];
    return itemsOf(message)
      .filter(({ type }) => type === MEMBERS)
      .map((item) => changeOf(item, { tenant, ref }));
  },
};
