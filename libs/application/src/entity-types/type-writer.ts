import { Inject, Injectable } from '@nestjs/common';
import {
  entityTypeDecider,
  type EntityTypeCommand,
  type EntityTypeResult,
} from '@app/domain/entity-type/entity-type.decider.js';
import type { EntityTypeState } from '@app/domain/entity-type/entity-type.state.js';
import { stateAfter } from '@app/domain';
import { Clock } from '@app/platform';
import type { Committed, Decision, Log, LogMessage, StreamView } from '@app/streams';
import { noteReplayed, noteWritten, type Attempt } from '../kernel/attempt.js';
import { logCommand, stamp, type Caller } from '../kernel/stamp.js';
import { orRefuse, toDecision } from '../kernel/to-decision.js';
import { Subjects } from '../ports/subjects.js';
import { REGISTRY_LOG } from '../ports/tokens.js';
import { entityTypeAggregate, typeItems } from './entity-type-aggregate.js';

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

const noted = (attempt: Attempt | undefined, decision: TypeDecision): TypeDecision => {
  if (decision.kind !== 'append') return decision;
  const { result } = decision;
  return {
    ...decision,
    result: (committed: readonly Committed[]) => {
      noteWritten(attempt, committed[0]?.seq);
      return result(committed);
    },
  };
};

/** What a stored unit came to. */
const resultIn = (message: LogMessage, unit: number): EntityTypeResult => {
  const before = message.units.slice(0, unit).reduce((sum, { count }) => sum + count, 0);
  const item = typeItems(message)[before];
  if (item === undefined) throw new Error(`unit ${String(unit)} of message ${String(message.seq)} holds no type`);
  switch (item.type) {
    case 'entity_type_deleted':
      return { kind: 'deleted' };
    case 'entity_type_revoked':
      return { kind: 'revoked' };
    case 'entity_type_granted': {
      const grant = item.grants?.find(({ id }) => id === item.lastGrant);
      if (grant === undefined) throw new Error(`message ${String(message.seq)} does not say what it granted`);
      return { kind: 'granted', grant };
    }
    default:
      return { kind: 'stored', document: item.value };
  }
};

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
    { tenant, attempt }: Pick<Caller, 'tenant' | 'attempt'>,
    name: string,
    command: (now: number, id: string) => EntityTypeCommand,
    gate: TypeGate = () => undefined,
  ): Promise<EntityTypeResult> {
    const taken = stamp(this.log, this.clock, attempt);
    // Found here as well: the only process that asks twice under a new id is this one.
    const submitted = logCommand<EntityTypeState, EntityTypeResult>(
      { ...taken, copies: 'anywhere' },
      {
        decide: (view) =>
          noted(
            attempt,
            orRefuse(() => {
              gate(view.state, taken.now);
              return decideType(view, command(taken.now, taken.id));
            }),
          ),
        replay: ({ message, unit }) => {
          noteReplayed(attempt, message.seq);
          return resultIn(message, unit);
        },
      },
    );
    return this.log.submit(
      { subject: this.subjects.entityType(tenant, name), aggregate: entityTypeAggregate },
      submitted,
    );
  }
}
