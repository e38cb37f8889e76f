import type { Database } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';
import { REGISTRY_GROUP } from '../runner/projection-groups.js';

/** A stream of which everything below a sequence is over. */
export interface DuePurge {
  readonly tenant: string;
  readonly path: string;
  readonly below: number;
}

/** What belongs to a life, by a message of it, in the order in which a rebuild locks it, and the projection it is of. */
const ROWS_OF_LIVES = [
  { table: 'history', projection: 'history', by: 'seq' },
  { table: 'unit_keys', projection: 'unit-keys', by: 'seq' },
  { table: 'stream_producers', projection: 'stream-producers', by: 'incarnation' },
] as const;

/**
 * Up to here everybody who works through the log has come, and what follows from it has been done: a wake that is still
 * owed could not be found again after a loss of the database.
 */
const HORIZON = `LEAST(
  (SELECT min(position) FROM lanes WHERE worker_group <> '${REGISTRY_GROUP}'),
  (SELECT min(cause_seq) FROM saga_outbox))`;

const GIVEN = 'unnest($1::text[], $2::text[], $3::bigint[]) AS given(tenant, path, below)';

const given = (purges: readonly DuePurge[]): readonly unknown[] => [
  purges.map(({ tenant }) => tenant),
  purges.map(({ path }) => path),
  purges.map(({ below }) => below),
];

/** What may be removed now, behind `after`. */
export const duePurges = (db: Database, after: DuePurge, limit: number): Promise<readonly DuePurge[]> =>
  db.query<DuePurge>(
    `SELECT tenant, path, below FROM stream_purges
     WHERE below <= ${HORIZON} AND (below, tenant, path) > ($1, $2, $3)
     ORDER BY below, tenant, path LIMIT $4`,
    [after.below, after.tenant, after.path, limit],
  );

/**
 * Writes down that nobody needs these messages. Commits of positions need not be durable; this one must be, and with it
 * all before it: a power cut must not send a lane back to messages that are no longer there.
 */
export const markReady = (tx: Tx, purges: readonly DuePurge[]): Promise<readonly DuePurge[]> =>
  tx.query<DuePurge>(
    `UPDATE stream_purges due SET ready = 1 FROM ${GIVEN}
     WHERE due.tenant = given.tenant AND due.path = given.path AND due.below = given.below AND due.below <= ${HORIZON}
     RETURNING due.tenant, due.path, due.below`,
    given(purges),
  );

/** Removes up to `limit` rows of each table. @returns whether that was all. */
export const removeRows = async (tx: Tx, purges: readonly DuePurge[], limit: number): Promise<boolean> => {
  let all = true;
  for (const { table, by } of ROWS_OF_LIVES) {
    const removed = await tx.execute(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
         SELECT old.ctid FROM ${table} old JOIN ${GIVEN}
           ON old.tenant = given.tenant AND old.path = given.path AND old.${by} < given.below
         LIMIT $4))`,
      [...given(purges), limit],
    );
    all &&= removed < limit;
  }
  return all;
};

/** Takes what is done out; one that was raised by a later life stays. */
export const forgetPurges = (tx: Tx, purges: readonly DuePurge[]): Promise<number> =>
  tx.execute(
    `DELETE FROM stream_purges due USING ${GIVEN}
     WHERE due.tenant = given.tenant AND due.path = given.path AND due.below = given.below`,
    given(purges),
  );

/** Whether no rebuild is bringing rows back; none can begin before the transaction ends. */
export const nothingRebuilds = async (tx: Tx): Promise<boolean> => {
  const names = ROWS_OF_LIVES.map(({ projection }) => projection);
  const live = await tx.query(`SELECT name FROM projections WHERE name = ANY($1) AND state = 'live' FOR SHARE`, [
    names,
  ]);
  return live.length === names.length;
};

export interface PurgeReport {
  /** Streams whose storage is not given back yet. */
  readonly due: number;
}

export const reportPurges = async (db: Database): Promise<PurgeReport> => {
  const [row] = await db.query<PurgeReport>('SELECT count(*) AS due FROM stream_purges');
  return row ?? { due: 0 };
};
