import { nothing } from '../../kernel/decision.js';
import { present } from '../../kernel/present.js';
import { mediaType } from '../../stream/append.decider.js';
import {
  conflict,
  invalid,
  notFound,
  type Ended,
  type PlainDecided,
  type PlainFacts,
  type Position,
} from '../plain-stream.decision.js';
import { isExpired, type Expiry, type PlainStream, type Reference } from '../plain-stream.state.js';

export interface TakeReference {
  readonly now: number;
  readonly reference: Reference;
  /** Of the fork, when it asks for one. */
  readonly contentType?: string;
  /** Where the fork leaves the source; absent: at its tail. */
  readonly cut?: Position;
}

/** What a fork takes from its source. */
export interface Taken {
  readonly contentType: string;
  readonly expiry?: Expiry;
  readonly cut: Position;
}

// All of them ride in one header of the message that changes them.
const MAX_REFERENCES_LENGTH = 20_000;
const REFERENCE_LENGTH = 100;

const lengthOf = (references: readonly Reference[]): number =>
  references.reduce((length, { fork }) => length + fork.length + REFERENCE_LENGTH, 0);

const isBehind = (a: Position, b: Position): boolean => a.seq > b.seq || (a.seq === b.seq && a.pos > b.pos);

/** A fork may only leave a stream that is there, and only at a place that is there. */
export const decideReference = (
  state: PlainStream,
  facts: PlainFacts,
  { now, reference, contentType, cut = facts.tail }: TakeReference,
): PlainDecided<Taken> => {
  if (state.situation === 'gone') throw conflict('the source was deleted');
  if (state.situation === 'absent') throw notFound();
  if (isExpired(state, now)) throw state.ties.references.length > 0 ? conflict('the source has expired') : notFound();
  if (contentType !== undefined && mediaType(contentType) !== mediaType(facts.contentType))
    throw conflict('a fork has the content type of its source');
  if (isBehind(cut, facts.tail)) throw invalid('the source does not reach this offset');
  if (lengthOf([...state.ties.references, reference]) > MAX_REFERENCES_LENGTH)
    throw conflict('the source has as many forks as it can keep; fork one of them');
  return {
    units: [{ items: [], events: [{ type: 'referenced', data: reference }] }],
    result: { contentType: facts.contentType, cut, ...present({ expiry: state.expiry }) },
  };
};

const cameWith = (state: PlainStream, reference: string): boolean =>
  state.situation !== 'absent' && state.ties.fork?.reference === reference;

/**
 * What became of the fork that a reference was taken for. `state`: of its path as of `seq`, the newest message there that
 * ends a whole commit.
 * `never`: whoever took the reference writes behind `after` only, where something else is by now, and the newest message of
 * a path never goes. `open`: nobody knows yet.
 */
export const fateOfFork = ({ id, after }: Reference, state: PlainStream, seq: number): 'there' | 'never' | 'open' => {
  if (cameWith(state, id)) return 'there';
  return after !== undefined && seq > after ? 'never' : 'open';
};

/**
 * Whether a fork with this reference is there. Where nothing is, none will be either: the place gets another guard, so
 * whoever is still about to create the fork decides again, too late.
 */
export const decideGiveUpFork = (state: PlainStream, reference: string): PlainDecided<boolean> => {
  if (state.situation !== 'absent') return nothing(cameWith(state, reference));
  const givenUp = { type: 'fork-given-up', data: { reference } } as const;
  return { units: [{ items: [], events: [givenUp] }], ends: true, result: false };
};

/** A fork is over, or never came to be. The last one takes a deleted source with it. */
export const decideUnreference = (state: PlainStream, id: string, now: number): PlainDecided<Ended> => {
  if (state.situation === 'absent' || !state.ties.references.some((reference) => reference.id === id))
    return nothing({});
  const dropped = { type: 'unreferenced', data: { id } } as const;
  if (state.situation === 'live' || state.ties.references.length > 1)
    return { units: [{ items: [], events: [dropped] }], result: {} };
  const deleted = { type: 'deleted', data: { at: now, reason: 'last-fork-gone' } } as const;
  return {
    units: [{ items: [], events: [dropped, deleted] }],
    ends: true,
    result: present({ origin: state.ties.fork }),
  };
};
