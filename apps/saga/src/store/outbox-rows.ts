import type { Tx } from '@app/read-model';
import type { OwedWake } from '../owed-wake.js';

const INSERT = `
  insert into saga_outbox (id, lane, tenant, subscriber, source, key, activating_seq, cause_seq, ordinal, content)
  select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                       $8::bigint[], $9::int[], $10::text[])
  on conflict do nothing`;

const SELECT = `
  select id, lane, tenant, subscriber, source, key, activating_seq as activated, cause_seq as cause, ordinal, content
  from saga_outbox
  where lane = any($1::int[]) order by cause_seq, ordinal`;

const DELETE = `delete from saga_outbox where id = any($1::text[]) returning id`;

export const storeWakes = async (tx: Tx, wakes: readonly OwedWake[]): Promise<void> => {
  if (wakes.length === 0) return;
  await tx.execute(INSERT, [
    wakes.map(({ id }) => id),
    wakes.map(({ lane }) => lane),
    wakes.map(({ tenant }) => tenant),
    wakes.map(({ subscriber }) => subscriber),
    wakes.map(({ source }) => source),
    wakes.map(({ key }) => key),
    wakes.map(({ activated }) => activated),
    wakes.map(({ cause }) => cause),
    wakes.map(({ ordinal }) => ordinal),
    wakes.map(({ content }) => content),
  ]);
};

/** In the order of their causes. */
export const loadWakes = (tx: Tx, lanes: readonly number[]): Promise<readonly OwedWake[]> =>
  tx.query<OwedWake>(SELECT, [lanes]);

/** @returns which of them were still there. */
export const deleteWakes = async (tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  if (ids.length === 0) return new Set();
  const rows = await tx.query<{ readonly id: string }>(DELETE, [ids]);
  return new Set(rows.map(({ id }) => id));
};
