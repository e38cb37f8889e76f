import type { Table } from '../kernel/table.js';

export const entityTypesTable: Table = {
  name: 'entity_types',
  key: ['tenant', 'name'],
  columns: { tenant: 'text', name: 'text', document: 'text', seq: 'bigint' },
};

/** Schemas by the message of the registry that set them, which may hold several revisions: entities keep theirs. */
export const entityTypeRevisionsTable: Table = {
  name: 'entity_type_revisions',
  key: ['tenant', 'name', 'seq', 'revision'],
  columns: {
    tenant: 'text',
    name: 'text',
    seq: 'bigint',
    revision: 'bigint',
    inbox_schemas: 'text',
    state_schemas: 'text',
  },
};

/** `subject`: URL of a principal, or a kind of principal. */
export const entityTypeGrantsTable: Table = {
  name: 'entity_type_grants',
  key: ['tenant', 'name', 'id'],
  columns: {
    tenant: 'text',
    name: 'text',
    id: 'bigint',
    permission: 'text',
    subject: 'text',
    expires_at: 'bigint',
    created_by: 'text',
    created_at: 'bigint',
  },
};
