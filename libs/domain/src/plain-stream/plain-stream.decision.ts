import type { Decided } from '../kernel/decision.js';
import { DomainError } from '../kernel/domain-error.js';
import type { StreamFacts } from '../stream/append.js';
import type { PlainStreamEvent } from './plain-stream.events.js';
import type { ForkOrigin } from './plain-stream.state.js';

/** A place in a stream; see the offsets of the log. */
export type Position = { readonly seq: number; readonly pos: number };

/** The stream as it is, with its end. */
export interface PlainFacts extends StreamFacts {
  /** Sequence of the newest message of the path, whatever life it is of; 0 when there has been none. */
  readonly seq: number;
  readonly tail: Position;
}

/** What a command on a plain stream does besides writing units. */
export interface PlainDecided<Result> extends Decided<PlainStreamEvent, Result> {
  /** A life begins with this commit; what may be left of an expired one is over. */
  readonly begins?: { readonly contentType: string };
  /** The life ends with this commit: the path is free. */
  readonly ends?: true;
}

/** A stream that ended gives back its reference on the stream it was forked from. */
export interface Ended {
  readonly origin?: ForkOrigin;
}

export const notFound = (): DomainError => new DomainError('STREAM_NOT_FOUND', 'there is no such stream');

export const gone = (): DomainError =>
  new DomainError('STREAM_GONE', 'the stream was deleted; only its forks still have the content');

export const conflict = (message: string): DomainError => new DomainError('STREAM_CONFLICT', message);

export const invalid = (message: string): DomainError => new DomainError('INVALID_REQUEST', message);
