import type { AttemptNotes } from '../kernel/attempt.js';
import type { Peers } from '../ports/peers.js';
import { packCommand, unpackAnswer, type PackedCommand } from './packed.js';
import { unpackError } from './packed-error.js';

/** What the owner says; undefined: execute it here. @throws what the handler threw there */
export const askOwner = async <Result>(
  peers: Peers,
  owner: string,
  command: PackedCommand,
  leftMs: number,
): Promise<(AttemptNotes & { readonly result: Result }) | undefined> => {
  const bytes = await peers.ask(owner, packCommand(command), leftMs);
  if (!bytes) return undefined;
  const answer = unpackAnswer(bytes);
  if (!answer.ok) throw unpackError(answer.error);
  const { result, ...notes } = answer;
  return { ...notes, result: result as Result };
};
