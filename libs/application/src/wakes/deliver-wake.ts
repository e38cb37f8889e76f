import { decideDeliverWake, evolveEntity, type EntityState, type StreamItem } from '@app/domain';
import type { Command, Log } from '@app/streams';
import { entityAggregate } from '../entities/entity-aggregate.js';
import { assertHeld } from '../kernel/stamp.js';
import { orRefuse, toDecision } from '../kernel/to-decision.js';

export interface WakeDelivery {
  /** Main stream of the subscriber. */
  readonly subject: string;
  /** The same whenever this wake is delivered, so that it is written once. */
  readonly id: string;
  /** Position of the cause: no copy of this wake can be older. */
  readonly since: number;
  readonly item: StreamItem;
  readonly now: number;
  readonly deadline: number;
  readonly holds?: () => boolean;
}

/** A wake on its way to the process that owns the stream of the subscriber. */
export interface SentWake {
  readonly tenant: string;
  /** Canonical path of the main stream of the subscriber. */
  readonly path: string;
  readonly item: StreamItem;
}

/** Resolves when the wake is in the log, also from an earlier attempt; rejects with what the entity's rules refuse. */
export const deliverWake = async (log: Log, delivery: WakeDelivery): Promise<void> => {
  const { subject, id, since, item, now, deadline } = delivery;
  const command: Command<EntityState, void> = {
    id,
    since,
    deadline,
    keyed: true,
    decide: (view) => {
      assertHeld(delivery);
      return orRefuse(() => {
        const decided = decideDeliverWake(view.state, { type: 'DeliverWake', now, item });
        const decision = toDecision(view, decided, evolveEntity);
        return decision.kind === 'refuse' ? decision : { ...decision, result: () => undefined };
      });
    },
    replay: () => undefined,
  };
  await log.submit({ subject, aggregate: entityAggregate }, command);
};
