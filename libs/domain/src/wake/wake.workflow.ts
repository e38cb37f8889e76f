/*
 * Who is woken by what happens on one source. Pure: facts in log order in, outputs out; the shell stores and delivers.
 * Registrations with a debounce or a timeout act as if they had none (the API refuses them until timers exist).
 */
import { readEvent } from './event-item.js';
import { matchEvent, type FinishedRun, type WakeChange } from './matching.js';
import type { WakeRegistered, WakeUnregistered } from './registration.js';
import type { SourceFact } from './source-unit.js';

/** Identity of a registration: its key and the sequence that activated it; `seq` is also its public integer id. */
export interface ActiveRegistration {
  readonly seq: number;
  readonly data: WakeRegistered;
}

/** The active registrations of one source, in the order of their activation. */
export type Waiters = readonly ActiveRegistration[];

export const NOBODY: Waiters = [];

/** Where a wake comes from: log entry and 1-based index inside it. */
export interface WakeCause {
  readonly seq: number;
  readonly offset: string;
  readonly index: number;
  readonly at: string;
}

export type WakeOutput =
  | {
      readonly kind: 'deliver';
      readonly registration: ActiveRegistration;
      readonly cause: WakeCause;
      readonly change: WakeChange;
      /** Set by `runFinished`; the shell adds what the run said. */
      readonly run?: FinishedRun;
    }
  | {
      readonly kind: 'ignore';
      readonly registration: ActiveRegistration;
      readonly reason: string;
      readonly cause?: WakeCause;
    };

type Entry = Extract<SourceFact, { kind: 'entry' }>;

const covers = ({ subscriber, manifestKey }: WakeUnregistered, { data }: ActiveRegistration): boolean =>
  data.subscriber === subscriber && (manifestKey === undefined || data.manifestKey === manifestKey);

const outputsOf = (waiters: Waiters, { seq, offset, at, items }: Entry): readonly WakeOutput[] =>
  items.flatMap((item, position): readonly WakeOutput[] => {
    const event = readEvent(item);
    if (!event) return [];
    const cause: WakeCause = { seq, offset, index: position + 1, at };
    return waiters.flatMap((registration): readonly WakeOutput[] => {
      const match = matchEvent(registration.data.condition, event);
      if (match.kind === 'unrelated') return [];
      if (match.kind === 'miss') return [{ kind: 'ignore', registration, reason: match.reason, cause }];
      const { change, run } = match;
      return [{ kind: 'deliver', registration, cause, change, ...(run ? { run } : {}) }];
    });
  });

const activeEqual = (waiters: Waiters, { key }: WakeRegistered): ActiveRegistration | undefined =>
  waiters.find(({ data }) => data.key === key);

/** What the fact means for the registrations as they are before it. */
export const evaluateWakes = (waiters: Waiters, fact: SourceFact): readonly WakeOutput[] => {
  switch (fact.kind) {
    case 'entry':
      return outputsOf(waiters, fact);
    case 'registered': {
      const registration = activeEqual(waiters, fact.data);
      return registration ? [{ kind: 'ignore', registration, reason: 'registered again while active' }] : [];
    }
    case 'unregistered':
      return waiters
        .filter((registration) => covers(fact.data, registration))
        .map((registration) => ({ kind: 'ignore', registration, reason: 'unregistered' }));
    case 'ended':
      return waiters.map((registration) => ({ kind: 'ignore', registration, reason: 'the source has ended' }));
  }
};

export const evolveWaiters = (waiters: Waiters, fact: SourceFact): Waiters => {
  switch (fact.kind) {
    case 'registered':
      return activeEqual(waiters, fact.data) ? waiters : [...waiters, { seq: fact.seq, data: fact.data }];
    case 'unregistered':
      return waiters.filter((registration) => !covers(fact.data, registration));
    case 'ended':
      return NOBODY;
    case 'entry':
      return waiters;
  }
};
