import { decode, encode } from '@msgpack/msgpack';
import type { AttemptNotes } from '../kernel/attempt.js';
import type { Stamp } from '../kernel/stamp.js';

const VERSION = 1;

/**
 * A command on its way to another process. `fields` are JSON and travel as its text: nothing else keeps every key and every
 * half of a surrogate pair as a client sent them. `body` is what is stored as it was sent.
 */
export interface PackedCommand {
  readonly name: string;
  readonly stamp: Pick<Stamp, 'id' | 'since' | 'now'>;
  readonly fields: object;
  readonly body?: Uint8Array;
}

export const packCommand = ({ name, stamp: { id, since, now }, fields, body }: PackedCommand): Uint8Array =>
  encode([VERSION, name, id, since, now, JSON.stringify(fields), body ?? null]);

/** Undefined for what is no command of this version. */
type Wire = readonly [number, string, string, number, number, string, Uint8Array | null];

export const unpackCommand = (bytes: Uint8Array): PackedCommand | undefined => {
  const wire = decode(bytes) as Wire;
  const [version, name, id, since, now, text, body] = wire;
  if (version !== VERSION) return undefined;
  const fields = JSON.parse(text) as object;
  return { name, stamp: { id, since, now }, fields, ...(body === null ? {} : { body }) };
};

/** What a command came to, as JSON. */
export type PackedAnswer =
  (AttemptNotes & { readonly ok: true; readonly result: unknown }) | { readonly ok: false; readonly error: unknown };

export const packAnswer = (answer: PackedAnswer): Uint8Array => Buffer.from(JSON.stringify(answer));

export const unpackAnswer = (bytes: Uint8Array): PackedAnswer =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as PackedAnswer;
