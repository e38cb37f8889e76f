import type { Decided } from '../../kernel/decision.js';
import { isoFromMs } from '../../kernel/iso-time.js';
import type { StreamItem } from '../../kernel/stream-item.js';
import type { WriteManifest } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState } from '../entity.state.js';
import { notPrincipal, openToWrites } from './gates.js';

export interface ManifestWritten {
  readonly kind: 'manifest-written';
  readonly txid: string;
}

/** Whether attachments can be added and removed. @throws DomainError */
export const checkTakesManifests = (state: EntityState): void => {
  openToWrites(notPrincipal(state));
};

export const decideWriteManifest = (
  state: EntityState,
  { now, txid, key, value }: WriteManifest,
): Decided<EntityEvent, ManifestWritten> => {
  checkTakesManifests(state);
  const headers = { operation: value === undefined ? 'delete' : 'upsert', timestamp: isoFromMs(now), txid };
  const item: StreamItem = { type: 'manifest', key, ...(value && { value }), headers };
  return { units: [{ items: [item], events: [] }], result: { kind: 'manifest-written', txid } };
};
