import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { send, signal, spawn, T0, T0_ISO } from '@app/testing/entity-examples.js';
import { stateAfter } from '../kernel/decision.js';
import type { Json } from '../kernel/stream-item.js';
import type { EntityCommand } from './entity.commands.js';
import { entityDecider } from './entity.decider.js';
import type { EntityEvent } from './entity.events.js';
import { entitySnapshot, restoreEntity } from './entity.snapshot.js';
import { absentEntity, type EntityState } from './entity.state.js';
import { isTerminal, SIGNALS } from './lifecycle.js';

const facts = { exists: true, closed: false, contentType: 'application/json', producers: [] };
const request = { hasBody: true, contentType: 'application/json' };
const item = { type: 'wake', key: 'w', value: {}, headers: { operation: 'insert' } };

const now = fc.integer({ min: T0, max: T0 + 1_000_000 });
const epoch = fc.integer({ min: 1, max: 6 });
const tagKey = fc.constantFrom('a', 'b', '__proto__');
const command: fc.Arbitrary<EntityCommand> = fc.oneof(
  now.map((at) => spawn({ now: at, tags: { a: 'x' } })),
  fc
    .record({ at: now, mode: fc.constantFrom('immediate' as const, 'paused' as const) })
    .map(({ at, mode }) => send({ now: at, mode })),
  { weight: 2, arbitrary: fc.tuple(now, fc.constantFrom(...SIGNALS)).map(([at, name]) => signal(name, { now: at })) },
  fc.record({ type: fc.constant('SetTag' as const), key: tagKey, value: fc.constantFrom('x', 'y'), now }),
  fc.record({ type: fc.constant('DeleteTag' as const), key: tagKey, now }),
  fc.record({ type: fc.constant('BeginWork' as const), now }),
  fc.record({
    type: fc.constant('EndWork' as const),
    reason: fc.constantFrom('done' as const, 'unreachable' as const),
    now,
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('Claim' as const),
      epoch,
      runner: fc.constant('r'),
      leaseMs: fc.constant(1000),
      now,
    }),
  },
  fc.record({ type: fc.constant('ReleaseClaim' as const), epoch, now }),
  fc.record({ type: fc.constant('ExpireClaim' as const), epoch, now }),
  fc
    .record({ epoch, now })
    .map((by): EntityCommand => ({ type: 'AppendEvents', ...by, facts, request, body: [], validate: () => [] })),
  now.map((at): EntityCommand => ({ type: 'DeliverWake', now: at, item })),
);
// Mostly histories of an entity that exists.
const history = fc.array(command, { maxLength: 40 }).map((commands): EntityCommand[] => [spawn(), ...commands]);

/** Undefined when refused. */
const attempt = (state: EntityState, c: EntityCommand): ReturnType<typeof entityDecider.decide> | undefined => {
  try {
    return entityDecider.decide(state, c);
  } catch (error) {
    expect(error).toHaveProperty('code');
    return undefined;
  }
};

type Step = readonly [
  before: EntityState,
  command: EntityCommand,
  decided: NonNullable<ReturnType<typeof attempt>>,
  after: EntityState,
];

const steps = (commands: readonly EntityCommand[]): Step[] => {
  const accepted: Step[] = [];
  let state: EntityState = entityDecider.initial;
  for (const c of commands) {
    const decided = attempt(state, c);
    if (decided === undefined) continue;
    const after = stateAfter(entityDecider.evolve, state, decided.units);
    accepted.push([state, c, decided, after]);
    state = after;
  }
  return accepted;
};

const everyStep = (check: (...step: Step) => void): void =>
  fc.assert(
    fc.property(history, (commands) => steps(commands).forEach((step) => check(...step))),
    { numRuns: 300 },
  );

const epochOf = (state: EntityState): number => (state.situation === 'absent' ? 0 : (state.claim?.epoch ?? 0));
const REPEATABLE: readonly EntityCommand['type'][] = [
  'SetTag',
  'DeleteTag',
  'BeginWork',
  'EndWork',
  'Claim',
  'ReleaseClaim',
  'ExpireClaim',
];

describe('an entity, whatever happens to it', () => {
  it('is not changed by what is idempotent by nature and accepted a second time', () =>
    everyStep((_before, c, _decided, after) => {
      if (REPEATABLE.includes(c.type) && after.situation === 'live') expect(attempt(after, c)?.units).toEqual([]);
    }));

  it('once it has ended writes nothing and stays as it is', () =>
    everyStep((before, _c, decided, after) => {
      if (before.situation !== 'ended') return;
      expect(decided.units).toEqual([]);
      expect(after).toBe(before);
    }));

  it('closes its stream exactly when it ends', () =>
    everyStep((before, _c, decided, after) =>
      expect(decided.close ?? false).toBe(before.situation === 'live' && after.situation === 'ended'),
    ));

  it('has claims whose epoch only grows, and each is written by its own holder', () =>
    everyStep((before, c, _decided, after) => {
      expect(epochOf(after)).toBeGreaterThanOrEqual(epochOf(before));
      if (c.type === 'AppendEvents') expect(c.epoch).toBe(epochOf(before));
    }));

  it('keeps the cold part untouched unless a tag changes', () =>
    everyStep((before, _c, decided, after) => {
      if (before.situation === 'absent' || after.situation === 'absent') return;
      const events = decided.units.flatMap((unit) => unit.events);
      const tagsChange = events.some(({ type }) => type === 'tagged' || type === 'untagged');
      if (tagsChange) expect(after.cold).not.toBe(before.cold);
      else expect(after.cold).toBe(before.cold);
    }));

  it('comes back from its snapshot, which is small, also by way of JSON', () =>
    everyStep((_before, _c, _decided, after) => {
      const { hot, cold } = entitySnapshot(after);
      const again = restoreEntity(hot, cold);
      expect(again).toEqual(after);
      expect(entitySnapshot(again).cold).toBe(cold);
      expect(restoreEntity(JSON.parse(JSON.stringify(hot)) as Json, JSON.parse(JSON.stringify(cold)) as Json)).toEqual(
        after,
      );
      expect(JSON.stringify(hot).length).toBeLessThan(2048);
    }));
});

it('an absent entity comes back from its snapshot', () => {
  const { hot, cold } = entitySnapshot(absentEntity);
  expect(restoreEntity(hot, cold)).toEqual(absentEntity);
});

it('any sequence of stored events folds, in any order and with types of a newer version', () => {
  const data = { status: 'idle', at: 1, key: 'k', value: 'v', epoch: 1, tags: {}, reason: 'done', type: 't' };
  const kinds = ['spawned', 'status', 'touched', 'tagged', 'untagged', 'claimed', 'released', 'registered', 'newer'];
  const event = fc.constantFrom(...kinds, 'killed').map(
    (type) =>
      // Decoded from the log, so nothing but convention says that it is one of ours.
      (type === 'killed'
        ? { type: 'status', data: { status: type, at: 2 } }
        : { type, data }) as unknown as EntityEvent,
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let ended = false;
      let state: EntityState = absentEntity;
      for (const e of events) {
        state = entityDecider.evolve(state, e);
        if (ended) expect(state.situation).toBe('ended');
        ended = state.situation !== 'absent' && isTerminal(state.status);
      }
    }),
  );
});

it('an unknown member of a snapshot of a newer version survives in the cold part', () => {
  const cold = { type: 'chat', tags: {}, newer: true };
  const state = restoreEntity({ status: 'idle', updatedAt: 1, newer: T0_ISO }, cold);
  expect(entitySnapshot(state).cold).toBe(cold);
});
