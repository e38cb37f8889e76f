import { PublishRefused } from '../port/log-backend.js';
import type { EncodedCommit, EncodedMessage } from '../port/message.js';
import { encodeHeaders, encodeMessage, type MessageDraft, type StateDraft } from './format-v1.js';

const MIB = 1024 * 1024;
/** Content of one message: an append to an entity, in brackets. The broker takes 256 KiB more, for the headers. */
export const MESSAGE_BYTES = 8 * MIB + 2;
/** Small, because whoever reads a large body holds one or two of them, and other messages wait while one is sent. */
export const PIECE_BYTES = MIB;

/** A commit before it is known in how many messages it is stored. */
export interface CommitDraft {
  readonly message: Omit<MessageDraft, 'payload'>;
  /** The payload, in parts of any size. */
  readonly content: readonly Uint8Array[];
  /** What the pieces before the last one say: the state in which nothing of the commit has happened. */
  readonly before: () => StateDraft;
  /** The commit begins a life of its path. */
  readonly born: boolean;
}

const joined = (parts: readonly Uint8Array[]): Uint8Array =>
  parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);

/** Cuts at every `size` bytes, and copies only what lies across a cut. */
const cut = (content: readonly Uint8Array[], size: number): Uint8Array[] => {
  const pieces: Uint8Array[] = [];
  let open: Uint8Array[] = [];
  let room = size;
  for (const part of content)
    for (let at = 0; at < part.length;) {
      const taken = part.subarray(at, at + room);
      open.push(taken);
      at += taken.length;
      room -= taken.length;
      if (room > 0) continue;
      pieces.push(joined(open));
      open = [];
      room = size;
    }
  if (open.length > 0) pieces.push(joined(open));
  return pieces;
};

const encodePieces = ({ message, content, before, born }: CommitDraft): EncodedMessage[] => {
  const payloads = cut(content, PIECE_BYTES);
  const total = payloads.length;
  const { prev, types, lineage } = message;
  const nothingYet = before();
  return payloads.map((payload, position) => {
    const piece = { index: position + 1, total };
    // The life that begins is named by its first message.
    const life = born ? { incarnation: 0 - position } : {};
    if (piece.index === total)
      return encodeMessage({ ...message, kind: 'piece', piece, state: { ...message.state, ...life }, payload });
    const state = { ...nothingYet, ...life };
    return encodeMessage({ kind: 'piece', piece, prev, units: [], events: [], types, state, lineage, payload });
  });
};

/** One message, or several when the content is too large for one. Throws PublishRefused when no reader could join them. */
export const encodeCommit = (draft: CommitDraft): EncodedCommit => {
  const bytes = draft.content.reduce((sum, { length }) => sum + length, 0);
  if (bytes <= MESSAGE_BYTES) return [{ headers: encodeHeaders(draft.message), payload: Buffer.concat(draft.content) }];
  if (draft.message.units.filter(({ count }) => count > 0).length > 1)
    throw new PublishRefused('several units must fit into one message');
  return encodePieces(draft) as [EncodedMessage, ...EncodedMessage[]];
};
