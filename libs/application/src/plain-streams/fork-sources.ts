import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { decideReference, DomainError, type CreateStream, type StreamConfig } from '@app/domain';
import { Clock } from '@app/platform';
import {
  compareOffsets,
  formatOffset,
  OffsetGone,
  parseOffset,
  type Lineage,
  type Log,
  type Offset,
} from '@app/streams';
import { stamp } from '../kernel/stamp.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { PlainStreamWriter } from './plain-stream-writer.js';
import { PlainStreams } from './plain-streams.js';

type AskedFork = NonNullable<StreamConfig['fork']>;

export interface ForkPlace {
  readonly path: string;
  /** Of what is there now, see Reference. */
  readonly after: number;
}

export interface TakenFork {
  readonly fork: NonNullable<CreateStream['fork']>;
  readonly lineage: Lineage;
  /** When the reference was taken; milliseconds since 1970. */
  readonly takenAt: number;
}

// A source that was deleted and made again while we looked is looked at again.
const ATTEMPTS = 3;

const invalid = (message: string): DomainError => new DomainError('INVALID_REQUEST', message);

/** Where forks come from: finds the place to leave a source, and holds on to its content. */
@Injectable()
export class ForkSources {
  constructor(
    private readonly writer: PlainStreamWriter,
    private readonly streams: PlainStreams,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** A reference on the source, for the stream that is about to be created at `place`. */
  async take(tenant: string, place: ForkPlace, asked: AskedFork, contentType: string | undefined): Promise<TakenFork> {
    for (let attempt = 1; ; attempt += 1) {
      const taken = await this.attempt(tenant, place, asked, contentType);
      if (taken !== undefined) return taken;
      if (attempt === ATTEMPTS) throw new DomainError('STREAM_CONFLICT', 'the source was replaced meanwhile');
    }
  }

  private async attempt(
    tenant: string,
    { path, after }: ForkPlace,
    { source, offset: askedOffset, subOffset }: AskedFork,
    contentType: string | undefined,
  ): Promise<TakenFork | undefined> {
    const subject = this.writer.subject(tenant, source);
    const { incarnation, tail } = await this.streams.current(tenant, source);
    const cut = await this.cut(subject, tail, askedOffset, subOffset);
    const taken = stamp(this.log, this.clock);
    const reference = { id: randomUUID(), fork: path, at: taken.now, after };
    const { result, seq } = await this.writer.submit(tenant, source, taken, {
      decide: ({ state, ...facts }) =>
        decideReference(state, facts, {
          now: taken.now,
          reference,
          ...(contentType === undefined ? {} : { contentType }),
          ...(cut === undefined ? {} : { cut }),
        }),
    });
    const message = seq === undefined ? undefined : await this.log.message(seq);
    if (message?.state.incarnation !== incarnation) {
      await this.streams.release(tenant, { source, reference: reference.id });
      return undefined;
    }
    const offset = askedOffset ?? formatOffset(result.cut);
    const { cut: _, ...inherited } = result;
    return {
      fork: { origin: { source, offset, subOffset, reference: reference.id }, after, ...inherited },
      lineage: { subject, incarnation, cut: result.cut },
      takenAt: taken.now,
    };
  }

  /** Undefined: at the tail, whatever that is when the reference is taken. */
  private async cut(
    subject: string,
    tail: Offset,
    asked: string | undefined,
    subOffset: number,
  ): Promise<Offset | undefined> {
    if (asked === undefined) {
      if (subOffset > 0) throw invalid('there is nothing behind the end of the source');
      return undefined;
    }
    const offset = parseOffset(asked);
    if (offset === undefined) throw invalid('"Stream-Fork-Offset" is no offset of this server');
    // What is wrong with the source itself, or with an offset behind its end, the rules say.
    if (compareOffsets(offset, tail) > 0 || (offset.seq === 0 && offset.pos === 0 && subOffset === 0)) return offset;
    const entry = await this.entryAfter(subject, offset);
    if (subOffset === 0) return offset;
    if (entry === undefined || subOffset > entry.count)
      throw invalid('"Stream-Fork-Sub-Offset" is behind the end of the append it points into');
    return subOffset === entry.count ? entry.offset : { seq: offset.seq, pos: offset.pos + subOffset };
  }

  private async entryAfter(subject: string, offset: Offset): Promise<{ count: number; offset: Offset } | undefined> {
    try {
      const { entries, large } = await this.log.read(subject, offset, { messages: 1, bytes: 1 });
      return entries[0] ?? large;
    } catch (error) {
      if (error instanceof OffsetGone) throw invalid('the offset belongs to an earlier life of the source');
      throw error;
    }
  }
}
