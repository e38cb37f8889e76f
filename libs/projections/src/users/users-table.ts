import type { Table } from '../kernel/table.js';

/**
 * Principals of kind `user`, with what is known of them. Ids and all that their identity says are encoded text, `profile`
 * and `metadata` JSON text; times are milliseconds since 1970.
 */
export const usersTable: Table = {
  name: 'users',
  key: ['tenant', 'id'],
  columns: {
    tenant: 'text',
    id: 'text',
    display_name: 'text',
    email: 'text',
    avatar_url: 'text',
    auth_provider: 'text',
    auth_subject: 'text',
    profile: 'text',
    metadata: 'text',
    created_at: 'bigint',
    updated_at: 'bigint',
  },
};
