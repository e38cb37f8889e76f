import {
  decideKeep,
  decideLeave,
  decideMembers,
  decideObserved,
  evolveMembership,
  absentMembership,
  membershipPath,
  membershipSnapshot,
  restoreMembership,
  type Decided,
  type Membership,
  type MembershipEvent,
  type MembershipQuery,
  type StreamItem,
} from '@app/domain';
import type { Clock } from '@app/platform';
import { type Aggregate, type ControlEvent, type Log, type StreamRef, type StreamView } from '@app/streams';
import { logCommand, stamp, type Stamp } from '../kernel/stamp.js';
import { orRefuse, toDecision, type Outcome } from '../kernel/to-decision.js';
import type { Subjects } from '../ports/subjects.js';

const aggregate: Aggregate<Membership> = {
  initial: absentMembership,
  snapshot: (state) => {
    const { hot, cold } = membershipSnapshot(state);
    return cold === undefined ? { hot } : { hot, cold };
  },
  restore: ({ hot, cold }) => restoreMembership(hot, cold),
  evolve: (state, event) => evolveMembership(state, event as Pick<ControlEvent, 'type'> as MembershipEvent),
};

/** A membership stream as it is. */
export interface LoadedMembership {
  readonly membership: Membership;
  /** Sequence of its newest message. */
  readonly seq: number;
}

type Decide<Result> = (view: StreamView<Membership>) => Decided<MembershipEvent, Result>;

/** Membership streams: who asks for them, who reads them, who writes them. `ref`: see `sourceRef`. */
export class MembershipStreams {
  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly subjects: Subjects,
  ) {}

  /** From here on somebody keeps it up to date. @throws DomainError */
  async keep(tenant: string, ref: string, query: MembershipQuery, taken: Stamp): Promise<void> {
    await this.submit(tenant, ref, ({ state }) => decideKeep(state, query, taken.now), taken);
  }

  async load(tenant: string, ref: string): Promise<LoadedMembership> {
    const { state, exists, seq } = await this.log.load(this.stream(tenant, ref));
    return { membership: exists ? state : absentMembership, seq };
  }

  /** Somebody reads it. `known`: as it was a moment ago. */
  async observed(tenant: string, ref: string, known: Membership): Promise<void> {
    const now = this.clock.now();
    if (decideObserved(known, now).units.length === 0) return;
    await this.submit(tenant, ref, ({ state }) => decideObserved(state, now));
  }

  /** Leaves it if nobody has read it for long. */
  async leave(tenant: string, ref: string): Promise<void> {
    const now = this.clock.now();
    await this.submit(tenant, ref, ({ state }) => decideLeave(state, now));
  }

  /**
   * Tells readers what happened, if they have been told `told` times by then; gives the new number. Undefined, and nothing
   * written, when somebody else told them meanwhile or nobody keeps the stream any more: so however many do this, and
   * whoever dies of it, every change is written once.
   */
  async append(tenant: string, ref: string, told: number, items: readonly StreamItem[]): Promise<number | undefined> {
    return (await this.submit(tenant, ref, ({ state }) => decideMembers(state, told, items))).result;
  }

  private submit<Result>(
    tenant: string,
    ref: string,
    decide: Decide<Result>,
    taken = stamp(this.log, this.clock),
  ): Promise<Outcome<Membership, Result>> {
    const command = logCommand<Membership, Outcome<Membership, Result>>(taken, {
      decide: (view) => orRefuse(() => toDecision(view, decide(view), evolveMembership)),
      // Found under a client's key it was done before; under a new id it is an attempt of this very call.
      replay: async ({ message, unit, offset, before }) => {
        const view = await before();
        const { result } = decide(view);
        return { result, committed: [{ seq: message.seq, unit, offset }], state: view.state };
      },
    });
    return this.log.submit(this.stream(tenant, ref), command);
  }

  private stream(tenant: string, ref: string): StreamRef<Membership> {
    return { subject: this.subjects.stream(tenant, membershipPath(ref)), aggregate };
  }
}
