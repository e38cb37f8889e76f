import { DeadlineExceeded, KeyReused, type Command, type Replayed } from '../port/command.js';
import type { KnownProducer } from './producer-search.js';

/** A command that waits for its answer. */
export interface Pending<S> {
  readonly command: Command<S, unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** The subject was searched for this command's id up to here. */
  searched: number;
  /** What was looked up of its producer. */
  producer?: KnownProducer;
  /** Clock of the context when the command came; a tail confirmed later is newer than the command. */
  readonly arrived: number;
  firstConflict?: number;
  firstUnsent?: number;
  /** One of its attempts may be in the log. */
  uncertain?: boolean;
}

export const expire = <S>({ reject, uncertain }: Pending<S>): void => {
  reject(new DeadlineExceeded(uncertain ?? false));
};

/** Answers with what `make` gives; a defect in it concerns this request only. */
export const attempt = <S>(pending: Pending<S>, make: () => unknown): void => {
  try {
    pending.resolve(make());
  } catch (error) {
    pending.reject(error);
  }
};

/** Answers with the unit that is in the log already, unless the same key came with another request. */
export const replay = <S>(pending: Pending<S>, found: Replayed<S>): void => {
  const { fingerprint, id } = pending.command;
  const stored = found.message.units[found.unit]?.fingerprint;
  if (fingerprint !== undefined && stored !== undefined && fingerprint !== stored)
    pending.reject(new KeyReused(`${id} was used for another request`));
  else attempt(pending, () => pending.command.replay(found));
};
