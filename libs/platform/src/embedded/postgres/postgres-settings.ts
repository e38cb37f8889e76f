/** PostgreSQL settings by name, as text. */
export type PostgresSettings = Readonly<Record<string, string>>;

/**
 * For a small machine with one application. Durability stays at PostgreSQL's defaults (fsync and synchronous_commit on);
 * what is changed saves memory or processes.
 */
export const SMALL_MACHINE: PostgresSettings = {
  shared_buffers: '32MB',
  max_connections: '50',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  jit: 'off',
  // Three reader processes by default; our reads are small and mostly cached.
  io_method: 'sync',
  max_worker_processes: '2',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  autovacuum_worker_slots: '1',
  // Nobody replicates an embedded database, so less is logged and no sender slots are kept.
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_buffers: '1MB',
  // Checkpoints are spread over nine of ten minutes; the size bound is rarely met by our load.
  min_wal_size: '64MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '10min',
  checkpoint_completion_target: '0.9',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
};

/** Only for databases that live as long as one test. */
export const THROW_AWAY: PostgresSettings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

/** Loopback TCP only: a socket file would need a folder both users can reach. */
export const listenSettings = (port: number): PostgresSettings => ({
  listen_addresses: '127.0.0.1',
  port: String(port),
  unix_socket_directories: '',
});

export const settingsArguments = (...layers: readonly PostgresSettings[]): string[] =>
  Object.entries(Object.assign({}, ...layers) as PostgresSettings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
