import { readRegistered, type ActiveRegistration, type Json, type Waiters } from '@app/domain';
import type { Tx } from '@app/read-model';
import type { SourceState } from '../lane/lane-memory.js';

interface RegistrationRow {
  readonly tenant: string;
  readonly source: string;
  readonly lane: number;
  readonly activating_seq: number;
  readonly data: string;
}

export interface WaitersChange {
  readonly before: Waiters;
  readonly after: SourceState;
}

const missingIn = (waiters: Waiters, other: Waiters): Waiters => waiters.filter((one) => !other.includes(one));

const INSERT = `
  insert into saga_registrations (tenant, source, lane, activating_seq, key, data)
  select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[])
  on conflict do nothing`;

const DELETE = `
  delete from saga_registrations r
  using unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as gone(tenant, source, activating_seq, key)
  where r.tenant = gone.tenant and r.source = gone.source
    and r.activating_seq = gone.activating_seq and r.key = gone.key`;

const SELECT = `
  select tenant, source, lane, activating_seq, data from saga_registrations
  where lane = any($1::int[]) order by activating_seq`;

/** Writes what changed since the committed state. */
export const storeWaiters = async (tx: Tx, changes: readonly WaitersChange[]): Promise<void> => {
  const pick = (from: (change: WaitersChange) => Waiters): { state: SourceState; one: ActiveRegistration }[] =>
    changes.flatMap((change) => from(change).map((one) => ({ state: change.after, one })));
  const added = pick(({ before, after }) => missingIn(after.waiters, before));
  const removed = pick(({ before, after }) => missingIn(before, after.waiters));
  if (added.length > 0)
    await tx.execute(INSERT, [
      added.map(({ state }) => state.tenant),
      added.map(({ state }) => state.path),
      added.map(({ state }) => state.lane),
      added.map(({ one }) => one.seq),
      added.map(({ one }) => one.data.key),
      added.map(({ one }) => JSON.stringify(one.data)),
    ]);
  if (removed.length > 0)
    await tx.execute(DELETE, [
      removed.map(({ state }) => state.tenant),
      removed.map(({ state }) => state.path),
      removed.map(({ one }) => one.seq),
      removed.map(({ one }) => one.data.key),
    ]);
};

const stateOf = ({ tenant, source, lane }: RegistrationRow, waiters: Waiters): SourceState => ({
  tenant,
  path: source,
  lane,
  waiters,
});

/** Everybody who waits for sources of these lanes. */
export const loadWaiters = async (tx: Tx, lanes: readonly number[]): Promise<readonly SourceState[]> => {
  const sources = new Map<string, SourceState>();
  for (const row of await tx.query<RegistrationRow>(SELECT, [lanes])) {
    const data = readRegistered(JSON.parse(row.data) as Json);
    if (!data) continue;
    const key = `${row.tenant}/${row.source}`;
    const waiters = sources.get(key)?.waiters ?? [];
    sources.set(key, stateOf(row, [...waiters, { seq: row.activating_seq, data }]));
  }
  return [...sources.values()];
};
