import { entityAddress, type AttachmentManifest } from '@app/domain';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';
import { encodeText } from '../kernel/text.js';

/** Streams that hold the bytes of an attachment, and the entry that its entity should have. */
export const attachmentsTable: Table = {
  name: 'attachments',
  key: ['tenant', 'path'],
  columns: { tenant: 'text', path: 'text', url: 'text', key: 'text', at: 'bigint' },
};

const TYPES: ReadonlySet<string> = new Set(['attached', 'deleted']);

export const attachmentsProjection: Projection = {
  name: 'attachments',
  tables: [attachmentsTable],
  nature: 'interpreting',
  accepts: ({ address, message }) =>
    address.kind === 'stream' &&
    address.path.includes('/attachments/') &&
    message.events.some(({ type }) => TYPES.has(type)),
  map: ({ address: { tenant, path }, message }) => {
    const key = { tenant, path };
    if (message.kind === 'tombstone') return [{ kind: 'delete', table: attachmentsTable, key }];
    const attached = message.events.find(({ type }) => type === 'attached');
    if (!attached) return [];
    const { manifest } = attached.data as { readonly manifest: AttachmentManifest };
    const [type = '', id = ''] = path.split('/');
    const row = { url: entityAddress(type, id).url, key: encodeText(manifest.key), at: message.time };
    return [{ kind: 'upsert', table: attachmentsTable, key, row }];
  },
};
