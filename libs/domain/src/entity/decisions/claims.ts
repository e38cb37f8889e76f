import { DomainError } from '../../kernel/domain-error.js';
import { nothing, type Decided } from '../../kernel/decision.js';
import { checkStorable } from '../../kernel/storable.js';
import type { Claim, ExpireClaim, ReleaseClaim } from '../entity.commands.js';
import type { EntityEvent, EntityReleased } from '../entity.events.js';
import type { EntityState, LiveEntity } from '../entity.state.js';
import { MAX_RUNNER_BYTES } from '../limits.js';
import { afterWork, duringWork, type EntityStatus } from '../lifecycle.js';
import { closing, moved, spawned } from './gates.js';

/** `done`: nothing may be claimed here for now, the wake counts as answered. */
export type ClaimResult = { readonly kind: 'claimed'; readonly epoch: number } | { readonly kind: 'done' };

export interface Released {
  readonly kind: 'released';
  readonly status: EntityStatus;
}

const fenced = (epoch: number, current: number): DomainError =>
  new DomainError('FENCED', `claim ${String(epoch)} is not the current claim ${String(current)}`);

/** 0 before the first claim. */
const currentEpoch = ({ claim }: Pick<LiveEntity, 'claim'>): number => claim?.epoch ?? 0;

/** A later grant fences every earlier one, whatever its lease says; the same grant again is the same claim. */
export const decideClaim = (state: EntityState, command: Claim): Decided<EntityEvent, ClaimResult> => {
  const { epoch, runner, leaseMs, now } = command;
  const entity = spawned(state);
  if (entity.situation === 'ended') return nothing({ kind: 'done' });
  const current = currentEpoch(entity);
  if (epoch < current) throw fenced(epoch, current);
  if (epoch === current) return nothing(entity.claim?.state === 'done' ? { kind: 'done' } : { kind: 'claimed', epoch });
  if (entity.status === 'paused') return nothing({ kind: 'done' });
  checkStorable('the name of a runner', runner, MAX_RUNNER_BYTES);
  const claimed: EntityEvent = { type: 'claimed', data: { epoch, runner, leaseMs, at: now } };
  const events = [claimed, ...moved(entity.status, duringWork(entity.status), now)];
  return { units: [{ items: [], events }], result: { kind: 'claimed', epoch } };
};

const release = (
  entity: LiveEntity,
  epoch: number,
  reason: EntityReleased['data']['reason'],
  now: number,
): Decided<EntityEvent, Released> => {
  const status = afterWork(entity.status);
  const released: EntityEvent = { type: 'released', data: { epoch, reason, at: now } };
  return {
    units: [{ items: [], events: [released, ...moved(entity.status, status, now)] }],
    ...closing(status),
    result: { kind: 'released', status },
  };
};

/** The holder is done. It may say so after its lease expired, as long as nobody else has claimed. */
export const decideReleaseClaim = (
  state: EntityState,
  { epoch, now }: ReleaseClaim,
): Decided<EntityEvent, Released> => {
  const entity = spawned(state);
  const current = currentEpoch(entity);
  if (entity.claim === undefined || epoch !== current) throw fenced(epoch, current);
  // Its work has ended already, or the whole entity has: the answer to a late or repeated done is yes.
  if (entity.situation === 'ended' || entity.claim.state === 'done')
    return nothing({ kind: 'released', status: entity.status });
  return release(entity, epoch, 'done', now);
};

/** The lease ran out. Nothing when the claim has moved on meanwhile. */
export const decideExpireClaim = (state: EntityState, { epoch, now }: ExpireClaim): Decided<EntityEvent, Released> => {
  const entity = spawned(state);
  const isHeld = entity.claim?.state === 'active' && entity.claim.epoch === epoch;
  if (entity.situation === 'ended' || !isHeld) return nothing({ kind: 'released', status: entity.status });
  return release(entity, epoch, 'expired', now);
};
