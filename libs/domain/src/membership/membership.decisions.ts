import { checkStorable } from '../kernel/storable.js';
import { DomainError } from '../kernel/domain-error.js';
import { nothing, type Decided } from '../kernel/decision.js';
import type { StreamItem } from '../kernel/stream-item.js';
import { MAX_TAGS } from '../entity/limits.js';
import { hasTags } from './members.js';
import type { Membership, MembershipEvent, MembershipQuery } from './membership.state.js';

/** A stream that nobody reads is kept up to date for this long. */
export const UNOBSERVED_MS = 15 * 60_000;

// Reading is written down at most this often, so it costs little; late by this much, nothing is lost.
const OBSERVED_EVERY_MS = UNOBSERVED_MS / 8;

const MAX_QUERY_BYTES = 16 * 1024;

type Kept = Decided<MembershipEvent, void>;

const observed = (at: number): Kept => ({
  units: [{ items: [], events: [{ type: 'observed', data: { at } }] }],
  result: undefined,
});

/** @throws DomainError for tags nobody can have */
export const checkMembershipQuery = ({ tags }: Pick<MembershipQuery, 'tags'>): void => {
  if (Object.keys(tags).length > MAX_TAGS)
    throw new DomainError('INVALID_REQUEST', `an entity has at most ${String(MAX_TAGS)} tags`);
  checkStorable('the tags', tags, MAX_QUERY_BYTES);
};

// References are short hashes, and nobody may read what another principal may.
const isSame = (a: MembershipQuery, b: MembershipQuery): boolean =>
  a.principal === b.principal && Object.keys(a.tags).length === Object.keys(b.tags).length && hasTags(a.tags, b.tags);

/** Asked for: it is kept up to date from now on, if it is not already. */
export const decideKeep = (state: Membership, query: MembershipQuery, now: number): Kept => {
  checkMembershipQuery(query);
  if (state.situation !== 'absent' && !isSame(state.query, query))
    throw new DomainError('STREAM_CONFLICT', 'another query has the same reference');
  if (state.situation === 'kept') return decideObserved(state, now);
  return { units: [{ items: [], events: [{ type: 'observing', data: { ...query, at: now } }] }], result: undefined };
};

/** Read. One that was left stays so until somebody asks for it. */
export const decideObserved = (state: Membership, now: number): Kept =>
  state.situation === 'kept' && now - state.observedAt >= OBSERVED_EVERY_MS ? observed(now) : nothing(undefined);

/** Whether to leave it is decided on what was written down last. */
export const decideLeave = (state: Membership, now: number): Kept =>
  state.situation === 'kept' && now - state.observedAt >= UNOBSERVED_MS
    ? { units: [{ items: [], events: [{ type: 'unobserved', data: { at: now } }] }], result: undefined }
    : nothing(undefined);

/**
 * Tells readers who came, changed or left. `told`: how often they have been told, as far as the writer knows. Undefined when
 * it is not so, or nobody keeps the stream any more: then nothing is written.
 */
export const decideMembers = (
  state: Membership,
  told: number,
  items: readonly StreamItem[],
): Decided<MembershipEvent, number | undefined> => {
  if (state.situation !== 'kept' || state.told !== told || items.length === 0) return nothing(undefined);
  const n = told + 1;
  return { units: [{ items, events: [{ type: 'told', data: { n } }] }], result: n };
};
