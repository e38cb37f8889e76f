import {
  absentEntity,
  evolveEntity,
  type Decided,
  type EntityAddress,
  type EntityEvent,
  type EntityState,
} from '@app/domain';
import { Inject, Injectable } from '@nestjs/common';
import type { Decision, Log, Moment, StreamEnd, StreamRef, StreamView } from '@app/streams';
import { entityAggregate } from './entity-aggregate.js';
import { noteReplayed, noteWritten } from '../kernel/attempt.js';
import { remembered, replayed, type Stored } from '../kernel/replay.js';
import { orRefuse, toDecision, type Outcome, type SentItems } from '../kernel/to-decision.js';
import { assertHeld, logCommand, type Stamp } from '../kernel/stamp.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';

/** `stored`: what the log has of this very command, which was accepted before. */
export type Decide<Result> = (
  state: EntityState,
  view: StreamView<EntityState>,
  stored: Stored | undefined,
) => Decided<EntityEvent, Result>;

export interface EntityWrite<Result> {
  readonly decide: Decide<Result>;
  /** The body behind units that are stored as sent. */
  readonly sent?: SentItems;
  /** See Command.producer. */
  readonly producer?: string | undefined;
  /** The entity is expected not to exist yet. */
  readonly creates?: boolean;
}

export type Written<Result> = Outcome<EntityState, Result>;

type Accepted<Result> = Decision<EntityState, Written<Result>>;

/** Hands decisions about one entity to the writer of its main stream. */
@Injectable()
export class EntityWriter {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly subjects: Subjects,
  ) {}

  stream(tenant: string, mainPath: string): StreamRef<EntityState> {
    return { subject: this.subjects.stream(tenant, mainPath), aggregate: entityAggregate };
  }

  async submit<Result>(
    tenant: string,
    { mainPath }: Pick<EntityAddress, 'mainPath'>,
    taken: Stamp,
    { decide, sent, creates = false, producer }: EntityWrite<Result>,
  ): Promise<Written<Result>> {
    const decideOn = (view: StreamView<EntityState>, stored?: Stored): Accepted<Result> =>
      orRefuse(() => toDecision(view, decide(view.state, view, stored), evolveEntity, sent));
    const command = logCommand<EntityState, Written<Result>>(taken, {
      creates,
      producer,
      decide: (view) => {
        assertHeld(taken);
        const decision = decideOn(view);
        return taken.attempt?.key ? remembered(view, decision) : decision;
      },
      replay: (found) => {
        noteReplayed(taken.attempt, found.message.seq);
        return replayed(taken.id, found, decideOn);
      },
    });
    const written = await this.log.submit(this.stream(tenant, mainPath), command);
    noteWritten(taken.attempt, written.committed[0]?.seq);
    return written;
  }

  /** See Log.moment. */
  moment(): Moment {
    return this.log.moment();
  }

  /** A moment after the call began, and a barrier that was taken after it. */
  async confirmed(): Promise<Moment> {
    const moment = this.log.moment();
    await this.log.barrier();
    return moment;
  }

  /** State as of a barrier taken after `since`; without it, after the call began. */
  async load(tenant: string, { mainPath }: Pick<EntityAddress, 'mainPath'>, since?: Moment): Promise<LoadedEntity> {
    const end = await this.log.load(this.stream(tenant, mainPath), since);
    return { state: end.exists ? end.state : absentEntity, incarnation: end.incarnation, end };
  }
}

export interface LoadedEntity {
  readonly state: EntityState;
  /** Sequence of the first message of the stream. */
  readonly incarnation: number;
  /** Of the main stream, in this state. */
  readonly end: StreamEnd;
}
