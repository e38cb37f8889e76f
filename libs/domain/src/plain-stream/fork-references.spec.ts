/*
 * Every order in which the steps of those who create, delete and clear up one fork can come, on a made-up log with two
 * paths. Whoever is not scheduled any more has died.
 */
import { describe, expect, it } from '@jest/globals';
import { stateAfter } from '../kernel/decision.js';
import { decideCreate, type Created } from './decisions/create-stream.js';
import { decideDelete } from './decisions/end-life.js';
import { decideGiveUpFork, decideReference, decideUnreference, fateOfFork } from './decisions/references.js';
import type { PlainDecided, PlainFacts } from './plain-stream.decision.js';
import { evolvePlainStream } from './plain-stream.evolve.js';
import { absentStream, type PlainStream, type Reference } from './plain-stream.state.js';

/** What is on a path. `half`: the newest message is a piece of a commit, and the state is that before it. */
interface Place {
  /** Of its messages alone: nothing depends on those of other paths. */
  readonly seq: number;
  readonly state: PlainStream;
  readonly half?: true;
}

interface World {
  readonly source: PlainStream;
  readonly fork: Place;
  /** The pieces of a commit are being stored: nothing else is. */
  readonly storing: boolean;
  /** Has the minute passed after which references without a fork are given up? */
  readonly late: boolean;
}

/** Somebody in the middle of something: what he does next, and what he knows. */
type Actor =
  | { readonly at: 'done' }
  | { readonly at: 'look'; readonly name: string; readonly rounds: number }
  | { readonly at: 'take'; readonly name: string; readonly rounds: number; readonly after: number }
  | (Holding & { readonly at: 'decide'; readonly blind: boolean })
  | (Holding & { readonly at: 'publish'; readonly behind: number; readonly next: PlainStream })
  | (Holding & { readonly at: 'finish'; readonly next: PlainStream })
  | (Holding & { readonly at: 'release'; readonly again: boolean })
  | { readonly at: 'delete fork' }
  | { readonly at: 'release origin'; readonly reference: string }
  | { readonly at: 'settle'; readonly deletes: boolean; readonly left?: readonly Reference[] }
  | { readonly at: 'drop'; readonly deletes: boolean; readonly left: readonly Reference[]; readonly seen: Place }
  | { readonly at: 'delete source' };

interface Holding {
  readonly name: string;
  readonly rounds: number;
  readonly reference: Reference;
}

type Step = readonly [World, Actor];

const EARLY = 0;
const LATE = 1;
const DONE: Actor = { at: 'done' };
const DELETER: Actor = { at: 'delete fork' };
const SETTLER: Actor = { at: 'settle', deletes: false };
const creator = (name: string, rounds: number): Actor => ({ at: 'look', name, rounds });

const facts = ({ seq, state }: Place): PlainFacts => ({
  seq,
  exists: state.situation !== 'absent',
  closed: false,
  contentType: 'text/plain',
  producers: [],
  tail: { seq, pos: 0 },
});

const referencesOf = (state: PlainStream): readonly Reference[] =>
  state.situation === 'absent' ? [] : state.ties.references;

const originOf = (state: PlainStream): string | undefined =>
  state.situation === 'absent' ? undefined : state.ties.fork?.reference;

const then = (state: PlainStream, { units }: PlainDecided<unknown>): PlainStream =>
  stateAfter(evolvePlainStream, state, units);

// Read, decided and published behind what was read, or again.
const onSource = (world: World, decision: PlainDecided<unknown>): World => ({
  ...world,
  source: then(world.source, decision),
});

const onFork = (world: World, state: PlainStream): World => ({ ...world, fork: { seq: world.fork.seq + 1, state } });

const attempted = <Result>(decide: () => PlainDecided<Result>): PlainDecided<Result> | undefined => {
  try {
    return decide();
  } catch {
    return undefined;
  }
};

const dropped = (world: World, reference: string): World =>
  onSource(world, decideUnreference(world.source, reference, EARLY));

const SOURCE_FACTS = facts({ seq: 1, state: absentStream });

const config = { contentType: 'text/plain', closed: false, fork: { source: 'source', offset: 'o', subOffset: 0 } };

const decided = (place: Place, { id, after = NaN }: Reference): PlainDecided<Created> | undefined =>
  attempted(() => {
    const origin = { source: 'source', offset: 'o', subOffset: 0, reference: id };
    return decideCreate(place.state, facts(place), {
      now: EARLY,
      config,
      fork: { origin, contentType: 'text/plain', after },
    });
  });

/** The creation of a fork on what it took for the newest message; `blind`: it did not look. */
const decideOn = (place: Place, world: World, actor: Extract<Actor, { at: 'decide' }>): Step => {
  const { name, rounds, reference } = actor;
  if (world.late && reference.at === EARLY) return [world, DONE];
  const decision = decided(place, reference);
  const result = decision?.result.kind;
  if (decision === undefined || result !== 'created')
    return [world, { at: 'release', name, rounds, reference, again: result === 'overtaken' }];
  const next = then(absentStream, decision);
  return [world, { at: 'publish', name, rounds, reference, behind: place.seq, next }];
};

/** All that may come of the next step; nothing: it has to wait. */
const stepsOf = (world: World, actor: Actor): readonly Step[] => {
  const { source, fork } = world;
  if (world.storing && actor.at !== 'finish' && actor.at !== 'look' && actor.at !== 'settle') return [];
  switch (actor.at) {
    case 'done':
      return [];
    case 'look':
      if (fork.state.situation !== 'absent') return [[world, DONE]];
      return [[world, { ...actor, at: 'take', after: fork.seq }]];
    case 'take': {
      const { name, rounds, after } = actor;
      const at = world.late ? LATE : EARLY;
      const reference = { id: `${name}${String(rounds)}`, fork: 'fork', at, after };
      const taken = attempted(() => decideReference(source, SOURCE_FACTS, { now: EARLY, reference }));
      if (taken === undefined) return [[world, DONE]];
      return [[onSource(world, taken), { at: 'decide', name, rounds, reference, blind: true }]];
    }
    case 'decide': {
      const looked = decideOn(fork, world, actor);
      return actor.blind ? [looked, decideOn({ seq: 0, state: absentStream }, world, actor)] : [looked];
    }
    case 'publish': {
      if (fork.seq !== actor.behind) return [[world, { ...actor, at: 'decide', blind: false }]];
      const whole: Step = [onFork(world, actor.next), DONE];
      // A broker that dies there once more leaves nothing new.
      if (fork.half) return [whole];
      const piece = { ...fork, seq: fork.seq + 1, half: true } as const;
      return [
        whole,
        [
          { ...world, fork: piece, storing: true },
          { ...actor, at: 'finish' },
        ],
      ];
    }
    case 'finish': {
      const stopped = { ...world, storing: false };
      // The other one: the broker died in between.
      return [
        [onFork(stopped, actor.next), DONE],
        [stopped, { ...actor, at: 'decide', blind: false }],
      ];
    }
    case 'release': {
      const { name, rounds, again } = actor;
      const next: Actor = again && rounds > 1 ? { at: 'look', name, rounds: rounds - 1 } : DONE;
      return [[dropped(world, actor.reference.id), next]];
    }
    case 'delete fork': {
      const deleted = attempted(() => decideDelete(fork.state, EARLY));
      if (deleted === undefined) return [[world, { at: 'settle', deletes: true }]];
      const { reference = '' } = deleted.result.origin ?? {};
      return [[onFork(world, then(fork.state, deleted)), { at: 'release origin', reference }]];
    }
    case 'release origin':
      return [[dropped(world, actor.reference), { at: 'settle', deletes: true }]];
    case 'settle': {
      const { deletes, left = referencesOf(source) } = actor;
      if (left.length === 0) return [[world, deletes ? { at: 'delete source' } : DONE]];
      return [[world, { at: 'drop', deletes, left, seen: fork }]];
    }
    case 'drop': {
      const [reference, ...left] = actor.left;
      const next: Actor = { at: 'settle', deletes: actor.deletes, left };
      if (reference === undefined) return [[world, next]];
      const fate = fateOfFork(reference, actor.seen.state, actor.seen.seq);
      if (fate === 'never' && !actor.seen.half) return [[dropped(world, reference.id), next]];
      if (fate === 'there' || !world.late || reference.at === LATE) return [[world, next]];
      const givenUp = decideGiveUpFork(fork.state, reference.id);
      const after = givenUp.units.length > 0 ? onFork(world, then(fork.state, givenUp)) : world;
      return [[givenUp.result ? after : dropped(after, reference.id), next]];
    }
    case 'delete source': {
      const deleted = attempted(() => decideDelete(source, EARLY));
      return [[deleted === undefined ? world : onSource(world, deleted), DONE]];
    }
  }
};

/** Each state that can be reached, once. */
const explore = (actors: readonly Actor[], seen: (world: World) => void): number => {
  const live = stateAfter(evolvePlainStream, absentStream, [
    { items: [], events: [{ type: 'created', data: { at: EARLY } }] },
  ]);
  const start: World = {
    source: live,
    fork: { seq: 0, state: absentStream },
    storing: false,
    late: false,
  };
  const known = new Set<string>();
  const open: (readonly [World, readonly Actor[]])[] = [[start, actors]];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const [world, all] = state;
    const key = JSON.stringify([world, all]);
    if (known.has(key)) continue;
    known.add(key);
    seen(world);
    if (!world.late) open.push([{ ...world, late: true }, all]);
    all.forEach((actor, index) => {
      for (const [next, then] of stepsOf(world, actor)) open.push([next, all.with(index, then)]);
    });
  }
  return known.size;
};

/** Alone, without waiting for anything. */
const finished = (world: World, first: Actor): World => {
  let [now, actor]: Step = [world, first];
  while (actor.at !== 'done') {
    const [step] = stepsOf(now, actor);
    if (step === undefined) throw new Error('nothing goes on');
    [now, actor] = step;
  }
  return now;
};

const check = (world: World): void => {
  const { source, fork, storing } = world;
  const origin = originOf(fork.state);
  if (origin !== undefined && !referencesOf(source).some(({ id }) => id === origin))
    throw new Error(`a fork whose source does not know of it: ${JSON.stringify(world)}`);
  // Whatever those have left behind who died here.
  if (storing || fork.state.situation === 'absent') return;
  const end = finished(world, DELETER);
  if (end.source.situation !== 'absent') throw new Error(`something keeps the source: ${JSON.stringify([world, end])}`);
};

describe('whoever dies where, a fork has its source, and a source without a fork goes at once', () => {
  it.each([
    ['one creates, one deletes, one clears up', [creator('a', 2), DELETER, SETTLER]],
    ['two create, one deletes', [creator('a', 1), creator('b', 1), DELETER]],
    ['two create, one clears up', [creator('a', 1), creator('b', 1), SETTLER]],
  ] as const)('%s', (_who, actors) => {
    expect(explore(actors, check)).toBeGreaterThan(1_000);
  });
});
