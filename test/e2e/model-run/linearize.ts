import { EMPTY, type State } from '../model/state.js';
import { step } from '../model/step.js';
import type { Answer, Command } from '../model/commands.js';

/** Times of one clock in milliseconds: when it was sent first, and when its answer was there. */
export interface Done {
  readonly command: Command;
  readonly answer: Answer;
  readonly began: number;
  readonly ended: number;
}

/** The furthest anybody came: how many fitted, and why none of those that could be next did. */
export interface Impasse {
  readonly after: number;
  readonly wrong: readonly string[];
  readonly state: State;
}

const MOST_STEPS = 200_000;

const text = ({ command, answer }: Done, wrong: string): string =>
  `${wrong}\n    ${JSON.stringify(command)}\n    ${String(answer.status)} ${JSON.stringify(answer.body)}`;

/**
 * Looks for an order of everything that was done in which nothing comes before what had been answered when it began, and in
 * which the model answers the same (Wing and Gong). What fits and changes nothing is taken at once: it stands in nobody's
 * way.
 */
export const linearize = (done: readonly Done[]): Impasse | undefined => {
  const failed = new Set<string>();
  let furthest: Impasse = { after: -1, wrong: [], state: EMPTY };
  let steps = 0;

  const search = (state: State, left: readonly Done[]): boolean => {
    let rest = left;
    for (;;) {
      const bound = Math.min(...rest.map(({ ended }) => ended));
      const open = rest.filter(({ began }) => began <= bound).sort((a, b) => a.ended - b.ended);
      const tried = open.map((one) => ({ one, next: step(state, one.command, one.answer) }));
      steps += tried.length;
      const idle = new Set(tried.flatMap(({ one, next }) => ('state' in next && next.state === state ? [one] : [])));
      if (idle.size === 0) {
        const after = done.length - rest.length;
        if (after > furthest.after) {
          const wrong = tried.flatMap(({ one, next }) => ('wrong' in next ? [text(one, next.wrong)] : []));
          furthest = { after, wrong, state };
        }
        return branch(state, rest, tried);
      }
      rest = rest.filter((one) => !idle.has(one));
      if (rest.length === 0) return true;
    }
  };

  const branch = (
    state: State,
    rest: readonly Done[],
    tried: readonly { readonly one: Done; readonly next: ReturnType<typeof step> }[],
  ): boolean => {
    const ways = tried.flatMap(({ one, next }) => ('state' in next ? [{ one, state: next.state }] : []));
    const place = ways.length > 1 || failed.size > 0 ? placeOf(state, rest) : '';
    if (place !== '' && failed.has(place)) return false;
    for (const way of ways) {
      if (steps > MOST_STEPS) return false;
      const after = rest.filter((other) => other !== way.one);
      if (after.length === 0 || search(way.state, after)) return true;
    }
    if (place !== '') failed.add(place);
    return false;
  };

  const numbers = new Map(done.map((one, number) => [one, number]));
  const placeOf = (state: State, rest: readonly Done[]): string =>
    `${rest.map((one) => numbers.get(one)).join()} ${JSON.stringify(state)}`;

  return done.length === 0 || search(EMPTY, done) ? undefined : furthest;
};
