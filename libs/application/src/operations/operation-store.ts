import { Inject, Injectable } from '@nestjs/common';
import {
  absentOperation,
  DomainError,
  evolveOperation,
  restoreOperation,
  type Decided,
  type Operation,
  type OperationEvent,
  type PresentOperation,
} from '@app/domain';
import {
  inMemory,
  START,
  StreamAbsent,
  type Aggregate,
  type Decision,
  type Log,
  type StreamRef,
  type StreamView,
} from '@app/streams';
import { noteReplayed, noteWritten } from '../kernel/attempt.js';
import { remembered, replayed, type Stored } from '../kernel/replay.js';
import { logCommand, type Stamp } from '../kernel/stamp.js';
import { orRefuse, toDecision, type Outcome } from '../kernel/to-decision.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import type { OperationPlan } from './operation-plan.js';

const FOLDER = '_operations';

const aggregate: Aggregate<Operation> = {
  initial: absentOperation,
  snapshot: (state) => (state.situation === 'absent' ? { hot: null } : { hot: state.hot, cold: state.cold }),
  restore: ({ hot, cold }) => restoreOperation(hot, cold),
  evolve: (state, event) => evolveOperation(state, event as Pick<typeof event, 'type'> as OperationEvent),
};

export type DecideOperation<Result> = (state: Operation, stored: Stored | undefined) => Decided<OperationEvent, Result>;

type Written<Result> = Outcome<Operation, Result>;

const missing = (): DomainError => new DomainError('NOT_FOUND', 'there is no such operation');

// The first entry is at most as large as a request.
const ONE = { messages: 1, bytes: 1 };

/** Operations, each on a stream of its own. */
@Injectable()
export class OperationStore {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly subjects: Subjects,
  ) {}

  async submit<Result>(
    tenant: string,
    id: string,
    taken: Stamp,
    decide: DecideOperation<Result>,
    creates = false,
  ): Promise<Written<Result>> {
    const decideOn = (view: StreamView<Operation>, stored?: Stored): Decision<Operation, Written<Result>> =>
      orRefuse(() => toDecision(view, decide(view.state, stored), evolveOperation));
    const command = logCommand<Operation, Written<Result>>(taken, {
      creates,
      decide: (view) => (taken.attempt?.key ? remembered(view, decideOn(view)) : decideOn(view)),
      replay: (found) => {
        noteReplayed(taken.attempt, found.message.seq);
        return replayed(taken.id, found, decideOn);
      },
    });
    const written = await this.log.submit(this.stream(tenant, id), command);
    noteWritten(taken.attempt, written.committed[0]?.seq);
    return written;
  }

  /** As of a barrier. @throws DomainError NOT_FOUND */
  async load(tenant: string, id: string): Promise<{ readonly operation: PresentOperation; readonly since: number }> {
    const { state, incarnation } = await this.log.load(this.stream(tenant, id));
    if (state.situation === 'absent') throw missing();
    return { operation: state, since: incarnation };
  }

  /** What was asked for: on the stream only, since it never changes. */
  async plan(tenant: string, id: string): Promise<OperationPlan> {
    const { entries, large } = await this.log
      .read(this.stream(tenant, id).subject, START, ONE)
      .catch((error: unknown) => {
        throw error instanceof StreamAbsent ? missing() : error;
      });
    const first = entries[0] ?? (large && (await inMemory(large)));
    if (first === undefined) throw new Error(`the operation ${id} has no request`);
    const [created] = JSON.parse(`[${Buffer.from(first.body).toString('utf8')}]`) as readonly {
      readonly value: { readonly request: OperationPlan };
    }[];
    if (created === undefined) throw new Error(`the operation ${id} has no request`);
    return created.value.request;
  }

  private stream(tenant: string, id: string): StreamRef<Operation> {
    return { subject: this.subjects.stream(tenant, `${FOLDER}/${id}`), aggregate };
  }
}
