import { nothing, type Decided } from '../../kernel/decision.js';
import type { BeginWork, EndWork } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState, LiveEntity } from '../entity.state.js';
import { afterWork, duringWork, type EntityStatus } from '../lifecycle.js';
import { closing, moved, spawned } from './gates.js';

/** `done`: there is nothing to do for now, the wake counts as answered. */
export type BeginResult = { readonly kind: 'forward' } | { readonly kind: 'done' };

export interface EndResult {
  readonly kind: 'ended';
  readonly status: EntityStatus;
}

/** A control-only unit that moves the status, or nothing. */
export const move = <Result>(
  from: EntityStatus,
  to: EntityStatus,
  at: number,
  result: Result,
): Decided<EntityEvent, Result> => {
  const events = moved(from, to, at);
  return events.length === 0 ? nothing(result) : { units: [{ items: [], events }], ...closing(to), result };
};

/** Webhooks of a paused or stopped entity are not sent. Those of a killed one are, and change nothing. */
export const decideBeginWork = (state: EntityState, { now }: BeginWork): Decided<EntityEvent, BeginResult> => {
  const entity = spawned(state);
  if (entity.situation === 'ended') return nothing({ kind: entity.status === 'killed' ? 'forward' : 'done' });
  if (entity.status === 'paused') return nothing({ kind: 'done' });
  return move<BeginResult>(entity.status, duringWork(entity.status), now, { kind: 'forward' });
};

const statusAfter = (entity: LiveEntity, reason: EndWork['reason']): EntityStatus => {
  if (entity.claim?.state === 'active') return entity.status;
  // Nobody was reached: a stop that was asked for still waits for the agent.
  if (reason === 'unreachable' && entity.status === 'stopping') return entity.status;
  return afterWork(entity.status);
};

export const decideEndWork = (state: EntityState, { now, reason }: EndWork): Decided<EntityEvent, EndResult> => {
  const entity = spawned(state);
  if (entity.situation === 'ended') return nothing({ kind: 'ended', status: entity.status });
  const status = statusAfter(entity, reason);
  return move(entity.status, status, now, { kind: 'ended', status });
};
