import { nothing } from '../../kernel/decision.js';
import { present } from '../../kernel/present.js';
import { gone, notFound, type Ended, type PlainDecided } from '../plain-stream.decision.js';
import { isExpired, type LiveStream, type PlainStream } from '../plain-stream.state.js';

/** The stream is over: at once, or for everybody but its forks while there are some. */
export const endLife = ({ ties }: LiveStream, now: number, reason: 'asked' | 'expired'): PlainDecided<Ended> => ({
  units: [{ items: [], events: [{ type: 'deleted', data: { at: now, reason } }] }],
  ...(ties.references.length === 0 ? { ends: true } : {}),
  result: ties.references.length === 0 ? present({ origin: ties.fork }) : {},
});

/** Writes down that the time of a stream is over; nothing when it is not, because somebody used it meanwhile. */
export const decideExpire = (state: PlainStream, now: number): PlainDecided<Ended> =>
  state.situation === 'live' && isExpired(state, now) ? endLife(state, now, 'expired') : nothing({});

/** One that expired is not there to be deleted; whoever asks writes that down first. */
export const decideDelete = (state: PlainStream, now: number): PlainDecided<Ended> => {
  if (state.situation === 'gone') throw gone();
  if (state.situation === 'absent' || isExpired(state, now)) throw notFound();
  return endLife(state, now, 'asked');
};

/** Used at `at`: also when that is told later, as long as it was before the end. `over`: it was not, nothing is renewed. */
export const decideRenew = (state: PlainStream, at: number): PlainDecided<'used' | 'over'> => {
  if (state.situation !== 'live' || isExpired(state, at)) return nothing('over');
  if (state.expiry?.kind !== 'idle' || at <= state.renewedAt) return nothing('used');
  return { units: [{ items: [], events: [{ type: 'renewed', data: { at } }] }], result: 'used' };
};
