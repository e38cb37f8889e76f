import type { StreamView } from '../port/command.js';
import type { Json } from '../port/json.js';
import type { StreamEnd, StreamSnapshot } from '../port/log.js';
import type { StateAfter } from '../port/message.js';
import { START } from '../port/offset.js';

/** The newest message of a stream and what it says about the stream. */
export interface Tail {
  /** 0: nothing there. */
  readonly seq: number;
  /** Undefined: nothing there, or deleted. */
  readonly after?: StateAfter;
}

/** A tail with the state of the aggregate that lives on the stream. */
export interface AggregateTail<S> extends Tail {
  readonly state: S;
  readonly cold: Json | undefined;
}

export const endOf = ({ seq, after }: Tail): StreamEnd => ({
  exists: after !== undefined,
  contentType: after?.contentType ?? '',
  closed: after?.closed ?? false,
  tail: after?.tail ?? START,
  seq,
  incarnation: after?.incarnation ?? 0,
});

export const viewOf = <S>({ seq, after, state }: AggregateTail<S>): StreamView<S> => ({
  seq,
  exists: after !== undefined,
  contentType: after?.contentType ?? '',
  closed: after?.closed ?? false,
  closedBy: after?.closedBy,
  tail: after?.tail ?? START,
  producers: after?.producers ?? [],
  lastStreamSeq: after?.lastStreamSeq,
  state,
});

export const snapshotOf = <S>(tail: AggregateTail<S>): StreamSnapshot<S> =>
  Object.assign(viewOf(tail), { incarnation: tail.after?.incarnation ?? 0 });
