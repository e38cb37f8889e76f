import { Inject, Injectable } from '@nestjs/common';
import {
  entityTypeDecider,
  type EntityTypeCommand,
  type EntityTypeResult,
} from '@app/domain/entity-type/entity-type.decider.js';
import type { EntityTypeState } from '@app/domain/entity-type/entity-type.state.js';
import { stateAfter } from '@app/domain';
import { Clock } from '@app/platform';
import type { Command, Decision, Log, StreamView } from '@app/streams';
import { stamp } from '../kernel/stamp.js';
import { orRefuse, toDecision } from '../kernel/to-decision.js';
import { Subjects } from '../ports/subjects.js';
import { REGISTRY_LOG } from '../ports/tokens.js';
import { entityTypeAggregate } from './entity-type-aggregate.js';

type TypeDecision = Decision<EntityTypeState, EntityTypeResult>;

const decideType = (view: StreamView<EntityTypeState>, command: EntityTypeCommand): TypeDecision => {
  const decided = entityTypeDecider.decide(view.state, command);
  // The items are all there is: their twins among the events are not written a second time.
  const units = decided.units.map((unit) => ({ ...unit, events: [] }));
  const decision = toDecision(view, { ...decided, units }, (state: EntityTypeState) => state);
  if (decision.kind === 'refuse') return decision;
  const result = (): EntityTypeResult => decided.result;
  if (decision.kind === 'nothing') return { kind: 'nothing', result };
  return { ...decision, next: stateAfter(entityTypeDecider.evolve, view.state, decided.units), result };
};

/** @throws DomainError */
export type TypeGate = (state: EntityTypeState, now: number) => void;

/** Hands decisions about one entity type to the writer of its subject in the registry. */
@Injectable()
export class TypeWriter {
  constructor(
    @Inject(REGISTRY_LOG) private readonly log: Log,
    private readonly subjects: Subjects,
    private readonly clock: Clock,
  ) {}

  /** `gate`: refuses by the state the command is decided on, before its rules do. */
  submit(
    tenant: string,
    name: string,
    command: (now: number, id: string) => EntityTypeCommand,
    gate: TypeGate = () => undefined,
  ): Promise<EntityTypeResult> {
    const { id, since, deadline, now } = stamp(this.log, this.clock);
    let last: TypeDecision | undefined;
    const submitted: Command<EntityTypeState, EntityTypeResult> = {
      id,
      since,
      deadline,
      decide: (view) => {
        last = orRefuse(() => {
          gate(view.state, now);
          return decideType(view, command(now, id));
        });
        return last;
      },
      // Only attempts of this very command can be found under a new id.
      replay: () => {
        if (last?.kind !== 'append') throw new Error(`unit ${id} was found, but never decided here`);
        return last.result([]);
      },
    };
    return this.log.submit(
      { subject: this.subjects.entityType(tenant, name), aggregate: entityTypeAggregate },
      submitted,
    );
  }
}
