import { refOfPath, restoreMembership } from '@app/domain';
import type { Projection } from '../kernel/projection.js';
import type { Table } from '../kernel/table.js';

/** Membership streams that are kept up to date. `tags` is JSON text. */
export const membershipSourcesTable: Table = {
  name: 'membership_sources',
  key: ['tenant', 'ref'],
  columns: {
    tenant: 'text',
    ref: 'text',
    tags: 'text',
    principal: 'text',
    kind: 'text',
    observed_at: 'bigint',
  },
};

const TYPES: ReadonlySet<string> = new Set(['observing', 'observed', 'unobserved']);

export const membershipSourcesProjection: Projection = {
  name: 'membership-sources',
  tables: [membershipSourcesTable],
  nature: 'interpreting',
  accepts: ({ address, message }) =>
    address.kind === 'stream' &&
    address.path.startsWith('_entities/') &&
    message.events.some(({ type }) => TYPES.has(type)),
  map: ({ address: { tenant, path }, message }) => {
    const ref = refOfPath(path);
    if (ref === undefined) return [];
    const key = { tenant, ref };
    // What is asked for is in the event that asked; what is left is in the state after the message.
    const state = restoreMembership(message.state.hot, {});
    if (state.situation !== 'kept') return [{ kind: 'delete', table: membershipSourcesTable, key }];
    const observed_at = state.observedAt;
    const asked = message.events.findLast(({ type }) => type === 'observing')?.data;
    if (asked === undefined) return [{ kind: 'patch', table: membershipSourcesTable, key, set: { observed_at } }];
    const { tags, principal, kind } = asked as { tags: object; principal: string; kind: string };
    const row = { tags: JSON.stringify(tags), principal, kind, observed_at };
    return [{ kind: 'upsert', table: membershipSourcesTable, key, row }];
  },
};
