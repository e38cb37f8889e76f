import { Inject, Injectable } from '@nestjs/common';
import {
  absentStream,
  evolvePlainStream,
  plainSnapshot,
  restorePlainStream,
  stateAfter,
  type PlainDecided,
  type PlainStream,
  type PlainStreamEvent,
} from '@app/domain';
import type {
  Aggregate,
  ControlEvent,
  Decision,
  Lineage,
  Log,
  Offset,
  StreamRef,
  StreamSnapshot,
  StreamView,
  UnitDraft,
} from '@app/streams';
import { noteReplayed, noteWritten } from '../kernel/attempt.js';
import { replayed, type Stored } from '../kernel/replay.js';
import { orRefuse, type SentItems } from '../kernel/to-decision.js';
import { assertHeld, logCommand, type Stamp } from '../kernel/stamp.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';

export type PlainSnapshotView = StreamSnapshot<PlainStream>;

export interface PlainWrite<Result> {
  /** `stored`: what the log has of this very command, which was accepted before. */
  readonly decide: (view: StreamView<PlainStream>, stored: Stored | undefined) => PlainDecided<Result>;
  /** The answer when it was done before and what it was decided on may be gone. */
  readonly replay?: Result;
  /** The body behind the unit that is stored as sent. */
  readonly sent?: SentItems;
  /** See Command.producer. */
  readonly producer?: string | undefined;
  /** The stream is expected not to exist yet. */
  readonly creates?: boolean;
  /** What the life that begins shares with another stream. */
  readonly lineage?: Lineage;
}

/** What a decision led to, and the stream afterwards. */
export interface PlainWritten<Result> {
  readonly result: Result;
  readonly tail: Offset;
  readonly closed: boolean;
  readonly contentType: string;
  /** Sequence of the message; undefined when there was nothing to write. */
  readonly seq: number | undefined;
}

const NO_BODY: SentItems = { body: new Uint8Array(0), count: 0, types: [] };

const aggregate: Aggregate<PlainStream> = {
  initial: absentStream,
  snapshot: (state) => {
    const { hot, cold } = plainSnapshot(state);
    return cold === undefined ? { hot } : { hot, cold };
  },
  restore: ({ hot, cold }) => restorePlainStream(hot, cold),
  evolve: (state, event) => evolvePlainStream(state, event as Pick<ControlEvent, 'type'> as PlainStreamEvent),
};

type Unit = PlainDecided<unknown>['units'][number];

const draft = ({ events, asSent, producer, streamSeq }: Unit, sent: SentItems): UnitDraft => {
  const { body, count, types } = asSent === true ? sent : NO_BODY;
  return { body, count, types, events, producer, streamSeq };
};

const toDecision = <Result>(
  view: StreamView<PlainStream>,
  decided: PlainDecided<Result>,
  { sent = NO_BODY, lineage }: PlainWrite<Result>,
): Decision<PlainStream, PlainWritten<Result>> => {
  const { units, result, begins, ends, close } = decided;
  if (units.length === 0)
    return {
      kind: 'nothing',
      result: ({ tail, closed, contentType }) => ({ result, tail, closed, contentType, seq: undefined }),
    };
  const before = begins === undefined ? view.state : absentStream;
  return {
    kind: 'append',
    units: units.map((unit) => draft(unit, sent)),
    next: stateAfter(evolvePlainStream, before, units),
    close,
    tombstone: ends,
    contentType: begins?.contentType,
    newLife: begins && view.exists,
    lineage: begins && lineage,
    result: (committed) => ({
      result,
      tail: committed.at(-1)?.offset ?? view.tail,
      closed: close === true || (begins === undefined && view.closed),
      contentType: begins?.contentType ?? view.contentType,
      seq: committed[0]?.seq,
    }),
  };
};

/** Hands decisions about one plain stream to its writer. `path` is canonical. */
@Injectable()
export class PlainStreamWriter {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly subjects: Subjects,
  ) {}

  subject(tenant: string, path: string): string {
    return this.subjects.stream(tenant, path);
  }

  async submit<Result>(
    tenant: string,
    path: string,
    taken: Stamp,
    write: PlainWrite<Result>,
  ): Promise<PlainWritten<Result>> {
    const decide = (view: StreamView<PlainStream>, stored?: Stored): Decision<PlainStream, PlainWritten<Result>> =>
      orRefuse(() => toDecision(view, write.decide(view, stored), write));
    const command = logCommand<PlainStream, PlainWritten<Result>>(taken, {
      creates: write.creates,
      producer: write.producer,
      decide: (view) => {
        assertHeld(taken);
        return decide(view);
      },
      replay: (found) => {
        noteReplayed(taken.attempt, found.message.seq);
        if (write.replay === undefined) return replayed(taken.id, found, decide);
        const { contentType, closed } = found.message.state;
        return { result: write.replay, tail: found.offset, closed, contentType, seq: found.message.seq };
      },
    });
    const written = await this.log.submit(this.stream(tenant, path), command);
    noteWritten(taken.attempt, written.seq);
    return written;
  }

  /** As of a barrier taken after the call began. */
  load(tenant: string, path: string): Promise<PlainSnapshotView> {
    return this.log.load(this.stream(tenant, path));
  }

  private stream(tenant: string, path: string): StreamRef<PlainStream> {
    return { subject: this.subject(tenant, path), aggregate };
  }
}
