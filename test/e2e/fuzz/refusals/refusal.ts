import { withFields, withHeader, withParams, type Draft } from '../draft.js';
import type { Kitchen } from '../recipes.js';

/** Makes of a valid request one that must be refused. Before, it may bring things into the state in which it is. */
export type Refusal = (draft: Draft, kitchen: Kitchen) => Draft | Promise<Draft>;

/** By what they are answered: `409 NOT_RUNNING`, or `410` where no code is sent. Other names: one more way to one of those. */
export type Refusals = Readonly<Record<string, Refusal>>;

export const MISSING = 'not-there';

/** For answers that depend on nothing in the request. */
export const asItIs: Refusal = (draft) => draft;

export const by =
  (principal: string): Refusal =>
  (draft) =>
    withHeader(draft, 'electric-principal', principal);

export const fields =
  (given: object): Refusal =>
  (draft) =>
    withFields(draft, given);

export const params =
  (given: Readonly<Record<string, string>>): Refusal =>
  (draft) =>
    withParams(draft, given);

export const query =
  (...pairs: readonly (readonly [string, string])[]): Refusal =>
  (draft) => ({ ...draft, query: pairs });

export const body =
  (json: unknown): Refusal =>
  (draft) => ({ ...draft, json });

export const header =
  (name: string, value: string): Refusal =>
  (draft) =>
    withHeader(draft, name, value);

/** Says that a body of so many bytes follows, on several connections at once; none does. */
export const declared =
  (bytes: number, times = 1): Refusal =>
  (draft) => ({ ...draft, declared: { bytes, times } });

/** The one after the other. */
export const both =
  (...all: readonly Refusal[]): Refusal =>
  async (draft, kitchen) => {
    let made = draft;
    for (const each of all) made = await each(made, kitchen);
    return made;
  };
