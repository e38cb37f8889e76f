import type { Table } from '../kernel/table.js';

export const entitiesTable: Table = {
  name: 'entities',
  key: ['tenant', 'url'],
  columns: {
    tenant: 'text',
    url: 'text',
    type: 'text',
    type_revision: 'bigint',
    type_seq: 'bigint',
    status: 'text',
    parent: 'text',
    ancestors: 'text',
    created_by: 'text',
    created_at: 'bigint',
    updated_at: 'bigint',
    spawn_args: 'text',
    dispatch_policy: 'text',
    sandbox: 'text',
    tags: 'text',
    readers: 'words',
    claim_epoch: 'bigint',
    claim_runner: 'text',
    claim_lease_ms: 'bigint',
    claim_at: 'bigint',
    claim_released: 'bigint',
    claim_reason: 'text',
    revision: 'bigint',
  },
};

/**
 * One row per tag, to find entities by; an entity has them all in its own row as well, to be shown. Key and value are encoded text; the creation time is
 * the entity's, for pages by tag.
 */
export const entityTagsTable: Table = {
  name: 'entity_tags',
  key: ['tenant', 'url', 'key'],
  columns: { tenant: 'text', url: 'text', key: 'text', value: 'text', created_at: 'bigint' },
};

/** `subject`: URL of a principal, or a kind of principal. */
export const entityGrantsTable: Table = {
  name: 'entity_grants',
  key: ['tenant', 'url', 'id'],
  columns: {
    tenant: 'text',
    url: 'text',
    id: 'bigint',
    permission: 'text',
    subject: 'text',
    descendants: 'int',
    copy_to_children: 'int',
    expires_at: 'bigint',
    created_by: 'text',
    created_at: 'bigint',
  },
};
