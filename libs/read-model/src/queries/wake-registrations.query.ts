import { encodeText } from '@app/projections';
import type { Database } from '../sql/database.js';
import { queryProjection } from './projection-state.js';

export interface RegistrationRow {
  /** URL of the source. */
  readonly source: string;
  /** Sequence of the message that registered it; with the key its identity. */
  readonly seq: number;
  /** The stored fact. */
  readonly data: unknown;
}

/** Active registrations of a subscriber, by source; only those of a manifest entry when one is named. */
export const registrationsOf = async (
  db: Database,
  tenant: string,
  subscriber: string,
  manifestKey?: string,
): Promise<readonly RegistrationRow[]> => {
  const rows = await queryProjection<{ source: string; seq: number; data: string }>(
    db,
    'wake-registrations',
    `SELECT source, seq, data FROM wake_registrations
     WHERE tenant = $2 AND subscriber = $3 AND ($4::text IS NULL OR manifest_key = $4) ORDER BY source, key`,
    [tenant, encodeText(subscriber), manifestKey === undefined ? null : encodeText(manifestKey)],
  );
  return rows.map(({ source, seq, data }) => ({ source, seq, data: JSON.parse(data) as unknown }));
};
