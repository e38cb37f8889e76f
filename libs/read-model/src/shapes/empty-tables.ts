import { fixed, keyColumn, tenantId, type ShapeColumn, type ShapeTable } from './shape-column.js';
import type { SqlType } from './where/where-types.js';

const nothing = (type: SqlType): ShapeColumn => fixed(type, `NULL::${type}`);

const columnsOf = (key: string, others: Readonly<Record<string, SqlType>>): ShapeTable['columns'] => ({
  tenant_id: tenantId,
  [key]: keyColumn,
  ...Object.fromEntries(Object.entries(others).map(([name, type]) => [name, nothing(type)])),
});

/** A table that clients may follow and that nothing is ever in. */
const empty = (name: string, key: string, others: Readonly<Record<string, SqlType>>): ShapeTable => ({
  name,
  projection: 'entities',
  group: 'projector',
  key,
  rows: '(SELECT NULL::text AS tenant, NULL::text AS key WHERE false) t',
  joins: '',
  rowTenant: 't.tenant',
  rowKey: 't.key',
  columns: columnsOf(key, others),
  fixedSize: '0',
  movingSize: '0',
});

const times = <Name extends string>(...names: readonly Name[]): Record<Name, SqlType> =>
  Object.fromEntries(names.map((name) => [name, 'timestamptz'])) as Record<Name, SqlType>;

const texts = <Name extends string>(...names: readonly Name[]): Record<Name, SqlType> =>
  Object.fromEntries(names.map((name) => [name, 'text'])) as Record<Name, SqlType>;

/** What there are no runners and no dispatching for: a client that follows them waits in peace, as it would without any. */
export const EMPTY_TABLES: readonly ShapeTable[] = [
  empty('runners', 'id', {
    ...texts('owner_principal', 'label', 'kind', 'admin_status', 'wake_stream'),
    sandbox_profiles: 'jsonb',
    ...times('created_at', 'updated_at'),
  }),
  empty('runner_runtime_diagnostics', 'runner_id', {
    ...texts('owner_principal', 'wake_stream_offset'),
    ...times('last_seen_at', 'liveness_lease_expires_at'),
    diagnostics: 'jsonb',
    ...times('updated_at'),
  }),
  empty('entity_dispatch_state', 'entity_url', {
    pending_source_streams: 'jsonb',
    ...texts('pending_reason'),
    ...times('pending_since'),
    ...texts('outstanding_wake_id', 'outstanding_wake_target'),
    ...times('outstanding_wake_created_at'),
    ...texts('active_consumer_id', 'active_runner_id'),
    active_epoch: 'int8',
    ...times('active_claimed_at', 'active_lease_expires_at'),
    ...texts('last_wake_id'),
    ...times('last_claimed_at', 'last_released_at', 'last_completed_at'),
    ...texts('last_error'),
    ...times('updated_at'),
  }),
  empty('wake_notifications', 'wake_id', {
    ...texts('entity_url', 'target_type', 'target_runner_id', 'target_webhook_url', 'target_worker_pool_id'),
    ...texts('runner_wake_stream', 'runner_wake_stream_offset'),
    notification_public: 'jsonb',
    ...texts('delivery_status', 'claim_status'),
    ...times('created_at', 'delivered_at', 'claimed_at', 'resolved_at'),
  }),
  empty('consumer_claims', 'consumer_id', {
    epoch: 'int8',
    ...texts('wake_id', 'entity_url', 'stream_path', 'runner_id', 'status'),
    ...times('claimed_at', 'last_heartbeat_at', 'lease_expires_at', 'released_at'),
    acked_streams: 'jsonb',
    ...times('updated_at'),
  }),
];
