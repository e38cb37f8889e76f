import type { Tags } from '../entity/entity.events.js';
import type { StoredEvent } from '../kernel/decision.js';
import type { Json } from '../kernel/stream-item.js';

/** Whose members: every entity with these tags that the principal may read. */
export type MembershipQuery = {
  readonly tags: Tags;
  /** Principal URL and kind. */
  readonly principal: string;
  readonly kind: string;
};

/**
 * The facts of a membership stream, beside its public `members` events. Stored format: add optional fields or a new type;
 * never rename or repurpose. `at` is milliseconds since 1970.
 */
export type MembershipEvent =
  /** From here on somebody keeps the stream up to date. */
  | StoredEvent<'observing', MembershipQuery & { readonly at: number }>
  /** Somebody reads it. */
  | StoredEvent<'observed', { readonly at: number }>
  /** Readers were told who came, changed or left: for the nth time. */
  | StoredEvent<'told', { readonly n: number }>
  /** Nobody did for a while: it is no longer kept up to date, until somebody asks for it again. */
  | StoredEvent<'unobserved', { readonly at: number }>;

export type Membership =
  | { readonly situation: 'absent' }
  | {
      readonly situation: 'kept' | 'left';
      readonly query: MembershipQuery;
      /** When it was read last, roughly. */
      readonly observedAt: number;
      /** How often readers were told something: whoever tells them more says what he knows of. */
      readonly told: number;
    };

export const absentMembership: Membership = { situation: 'absent' };

export const evolveMembership = (state: Membership, event: MembershipEvent): Membership => {
  if (event.type === 'observing') {
    const { at, ...query } = event.data;
    return { situation: 'kept', query, observedAt: at, told: state.situation === 'absent' ? 0 : state.told };
  }
  if (state.situation === 'absent') return state;
  switch (event.type) {
    case 'observed':
      return { ...state, observedAt: event.data.at };
    case 'told':
      return { ...state, told: event.data.n };
    case 'unobserved':
      return { ...state, situation: 'left' };
    default:
      return state;
  }
};

/** Rides in every message of the stream. Stored format: only add optional fields. */
type MembershipHot = { readonly observedAt: number; readonly told?: number; readonly left?: true };

export const membershipSnapshot = (
  state: Membership,
): { readonly hot: MembershipHot | null; readonly cold?: MembershipQuery } =>
  state.situation === 'absent'
    ? { hot: null }
    : {
        hot: {
          observedAt: state.observedAt,
          told: state.told,
          ...(state.situation === 'left' ? { left: true as const } : {}),
        },
        cold: state.query,
      };

export const restoreMembership = (hot: Json, cold: Json | undefined): Membership => {
  if (hot === null || cold === undefined) return absentMembership;
  const { observedAt, told = 0, left } = hot as MembershipHot;
  return { situation: left === true ? 'left' : 'kept', query: cold as MembershipQuery, observedAt, told };
};
