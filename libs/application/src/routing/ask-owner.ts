import type { AttemptNotes } from '../kernel/attempt.js';
import { isUntaken, type Peers } from '../ports/peers.js';
import { packCommand, unpackAnswer, type PackedCommand } from './packed.js';
import { unpackError } from './packed-error.js';

export type OwnersAnswer<Result> = AttemptNotes & { readonly result: Result };

/** What came of giving a command to its owner. */
export interface Asked<Result> {
  /** Absent: execute it here. */
  readonly answer?: OwnersAnswer<Result>;
  /** Where the owner may be at work on it all the same: what it accepted, undefined for nothing, now or ever. */
  readonly accepted?: () => Promise<OwnersAnswer<Result> | undefined>;
}

const answerOf = <Result>(bytes: Uint8Array): OwnersAnswer<Result> => {
  const answer = unpackAnswer(bytes);
  if (!answer.ok) throw unpackError(answer.error);
  const { result, ...notes } = answer;
  return { ...notes, result: result as Result };
};

/** @throws what the handler threw there */
export const askOwner = async <Result>(
  peers: Peers,
  owner: string,
  command: PackedCommand,
  leftMs: number,
): Promise<Asked<Result>> => {
  const told = await peers.ask(owner, packCommand(command), leftMs);
  if (told === undefined) return {};
  if (!isUntaken(told)) return { answer: answerOf(told) };
  const accepted = async (): Promise<OwnersAnswer<Result> | undefined> => {
    const bytes = await told.outcome();
    return bytes && unpackAnswer(bytes).ok ? answerOf(bytes) : undefined;
  };
  return { accepted };
};
