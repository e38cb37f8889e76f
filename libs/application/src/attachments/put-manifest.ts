import { decideWriteManifest, evolveEntity, type EntityState, type WriteManifest } from '@app/domain';
import type { Command, Log } from '@app/streams';
import { entityAggregate } from '../entities/entity-aggregate.js';
import type { Stamp } from '../kernel/stamp.js';
import { orRefuse, toDecision } from '../kernel/to-decision.js';

/** Where an entry goes, and under which id: the same id is written once. */
export interface ManifestPut extends Pick<Stamp, 'id' | 'since' | 'deadline'> {
  /** Main stream of the entity. */
  readonly subject: string;
  readonly entry: Pick<WriteManifest, 'now' | 'txid' | 'key' | 'value'>;
}

/** `found`: it was written before. @throws DomainError what the entity's rules refuse */
export const putManifest = (log: Log, { subject, entry, ...stamp }: ManifestPut): Promise<'written' | 'found'> => {
  const command: Command<EntityState, 'written' | 'found'> = {
    ...stamp,
    keyed: true,
    decide: (view) =>
      orRefuse(() => {
        const decision = toDecision(
          view,
          decideWriteManifest(view.state, { type: 'WriteManifest', ...entry }),
          evolveEntity,
        );
        return decision.kind === 'refuse' ? decision : { ...decision, result: () => 'written' as const };
      }),
    replay: () => 'found',
  };
  return log.submit({ subject, aggregate: entityAggregate }, command);
};
