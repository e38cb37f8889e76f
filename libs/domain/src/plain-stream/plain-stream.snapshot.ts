import { present } from '../kernel/present.js';
import type { Json } from '../kernel/stream-item.js';
import { absentStream, NO_TIES, type Expiry, type PlainStream, type Ties } from './plain-stream.state.js';

/** Rides in every message of the stream. Stored format: only add optional fields. */
export type PlainHot = {
  readonly gone?: true;
  readonly expiry?: Expiry;
  readonly renewedAt?: number;
};

/** `hot` null: there is no stream. `cold` is the very object of the state, so an unchanged one is the same reference. */
export interface PlainSnapshot {
  readonly hot: PlainHot | null;
  readonly cold?: Ties;
}

export const plainSnapshot = (state: PlainStream): PlainSnapshot => {
  if (state.situation === 'absent') return { hot: null };
  const cold = present({ cold: state.ties === NO_TIES ? undefined : state.ties });
  if (state.situation === 'gone') return { hot: { gone: true }, ...cold };
  const { expiry, renewedAt } = state;
  return { hot: expiry === undefined ? {} : { expiry, renewedAt }, ...cold };
};

/** The inverse. Takes what the log gives back: values written by `plainSnapshot`, of this version or an older one. */
export const restorePlainStream = (hot: Json, cold: Json | undefined): PlainStream => {
  if (hot === null) return absentStream;
  const { gone, expiry, renewedAt = 0 } = hot as PlainHot;
  const ties = cold === undefined ? NO_TIES : (cold as Ties);
  return gone === true ? { situation: 'gone', ties } : { situation: 'live', renewedAt, ties, ...present({ expiry }) };
};
