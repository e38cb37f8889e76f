import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DomainError, type Expiry } from '@app/domain';
import type { StreamEnd } from '@app/streams';
import type { Caller } from '../../kernel/stamp.js';
import { PlainStreams } from '../plain-streams.js';
import { Renewals } from '../renewals.js';

export interface OpenedStream {
  readonly end: StreamEnd;
  readonly expiry?: Expiry;
}

/** Milliseconds after which a reader that waits opens the stream again, so that one which ends when idle does not end. */
export const openFor = ({ expiry }: Pick<OpenedStream, 'expiry'>): number =>
  expiry?.kind === 'idle' ? (expiry.ttl * 1000) / 2 : Infinity;

export class OpenStreamQuery extends Query<OpenedStream> {
  constructor(
    readonly caller: Caller,
    readonly path: string,
    /** Reading is; asking about a stream is not. */
    readonly counts: 'as-use' | 'not-as-use',
  ) {
    super();
  }
}

/** A stream that can be read. */
@QueryHandler(OpenStreamQuery)
export class OpenStreamHandler implements IQueryHandler<OpenStreamQuery> {
  constructor(
    private readonly streams: PlainStreams,
    private readonly renewals: Renewals,
  ) {}

  /** @throws DomainError STREAM_NOT_FOUND, STREAM_GONE */
  async execute({ caller: { tenant }, path, counts }: OpenStreamQuery): Promise<OpenedStream> {
    for (;;) {
      const current = await this.streams.current(tenant, path);
      const { state } = current;
      if (state.situation === 'absent') throw new DomainError('STREAM_NOT_FOUND', 'there is no such stream');
      if (state.situation === 'gone')
        throw new DomainError('STREAM_GONE', 'the stream was deleted; only its forks still have the content');
      // A use that comes at the very end is none if somebody saw the end before it.
      if (counts === 'as-use' && !(await this.renewals.touch(tenant, path, current))) continue;
      return { end: current, ...(state.expiry === undefined ? {} : { expiry: state.expiry }) };
    }
  }
}
