import { decodeText } from '@app/projections';
import type { Database } from '../sql/database.js';
import { queryProjection } from './projection-state.js';

export interface ActiveClaimRow {
  /** URL of the entity. */
  readonly url: string;
  readonly epoch: number;
  readonly runner: string;
  readonly leaseMs: number;
  /** When it was granted, milliseconds since 1970. */
  readonly at: number;
}

/** Claims that were neither released nor followed by another one, of entities that have not ended. */
export const activeClaims = async (db: Database, tenant: string): Promise<readonly ActiveClaimRow[]> => {
  const rows = await queryProjection<ActiveClaimRow>(
    db,
    'entities',
    `SELECT url, claim_epoch AS epoch, claim_runner AS runner, claim_lease_ms AS "leaseMs", claim_at AS at
     FROM entities
     WHERE tenant = $2 AND claim_epoch IS NOT NULL AND claim_released IS DISTINCT FROM claim_epoch
       AND status NOT IN ('stopped', 'killed')
     ORDER BY url`,
    [tenant],
  );
  return rows.map(({ url, epoch, runner, leaseMs, at }) => ({ url, epoch, runner: decodeText(runner), leaseMs, at }));
};
