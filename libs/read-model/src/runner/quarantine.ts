import type { Projected, Projection } from '@app/projections';
import type { Tx } from '../sql/tx.js';

interface Entry {
  readonly projection: string;
  readonly tenant: string;
  readonly path: string;
}

export interface Quarantined extends Entry {
  readonly seq: number;
  readonly error: string;
}

const idOf = ({ projection, tenant, path }: Entry): string => JSON.stringify([projection, tenant, path]);

/** Streams an interpreting projection has given up on. In memory only what the database has. */
export class Quarantine {
  private readonly known = new Set<string>();

  async load(tx: Tx): Promise<void> {
    this.known.clear();
    for (const entry of await tx.query<Entry>('SELECT projection, tenant, path FROM quarantine'))
      this.known.add(idOf(entry));
  }

  holds({ name }: Projection, { address: { tenant, path } }: Projected): boolean {
    return this.known.size > 0 && this.known.has(idOf({ projection: name, tenant, path }));
  }

  /** Call after the commit. */
  remember(entries: readonly Quarantined[]): void {
    for (const entry of entries) this.known.add(idOf(entry));
  }
}

export const quarantined = (projection: Projection, input: Projected, error: unknown): Quarantined => ({
  projection: projection.name,
  tenant: input.address.tenant,
  path: input.address.path,
  seq: input.message.seq,
  // The operator reads this; neither the length nor the bytes of a foreign message may stop the insert.
  error: String(error instanceof Error ? error.message : error)
    .replaceAll('\0', '\uFFFD')
    .slice(0, 500),
});

export const writeQuarantine = async (tx: Tx, entries: readonly Quarantined[]): Promise<void> => {
  if (entries.length === 0) return;
  await tx.execute(
    `INSERT INTO quarantine (projection, tenant, path, seq, error)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) ON CONFLICT DO NOTHING`,
    [
      entries.map(({ projection }) => projection),
      entries.map(({ tenant }) => tenant),
      entries.map(({ path }) => path),
      entries.map(({ seq }) => seq),
      entries.map(({ error }) => error),
    ],
  );
};
