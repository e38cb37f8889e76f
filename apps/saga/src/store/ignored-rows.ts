import type { Tx } from '@app/read-model';
import type { IgnoredWake } from '../lane/ignored.js';

const UPSERT = `
  insert into saga_ignored as old (tenant, source, key, activating_seq, reason, count, last_seq)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[])
  on conflict (tenant, source, key, activating_seq, reason)
  do update set count = old.count + excluded.count, last_seq = greatest(old.last_seq, excluded.last_seq)`;

// Enough to answer for the last days; the log itself has the rest.
const KEPT = 100_000;

const PRUNE = `
  delete from saga_ignored where last_seq <
    (select last_seq from saga_ignored order by last_seq desc offset $1 limit 1)`;

export const storeIgnored = async (tx: Tx, ignored: readonly IgnoredWake[]): Promise<void> => {
  if (ignored.length === 0) return;
  await tx.execute(UPSERT, [
    ignored.map(({ tenant }) => tenant),
    ignored.map(({ source }) => source),
    ignored.map(({ key }) => key),
    ignored.map(({ activated }) => activated),
    ignored.map(({ reason }) => reason),
    ignored.map(({ count }) => count),
    ignored.map(({ seq }) => seq),
  ]);
};

export const pruneIgnored = async (tx: Tx): Promise<void> => {
  await tx.execute(PRUNE, [KEPT]);
};
