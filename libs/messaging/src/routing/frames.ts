import { decode, encode } from '@msgpack/msgpack';

const VERSION = 1;

/** `waitMs`: how long its sender waits for somebody to take it. */
export interface Offer {
  readonly kind: 'offer';
  readonly n: number;
  readonly leftMs: number;
  readonly waitMs: number;
  readonly command: Uint8Array;
}

/**
 * What one process says to another; commands and answers are opaque here. `n` numbers the commands of the one who gives
 * them away.
 */
export type Frame =
  | Offer
  | { readonly kind: 'answer'; readonly n: number; readonly answer: Uint8Array }
  /**
   * `taken`: it is worked on. `refused`: it is not, or no more. `full`: too much is. `inquiry`: is it still worked on?
   * `withdrawal`: leave it, and say what came of it if it is too late for that.
   */
  | { readonly kind: 'taken' | 'refused' | 'full' | 'inquiry' | 'withdrawal'; readonly n: number };

export interface Envelope {
  /** Steady clock of the sender, milliseconds. */
  readonly sentAt: number;
  readonly frames: readonly Frame[];
}

const KINDS = ['offer', 'answer', 'taken', 'refused', 'full', 'inquiry', 'withdrawal'] as const;

const bytesOf = (frame: Frame): Uint8Array | undefined => {
  if (frame.kind === 'offer') return frame.command;
  return frame.kind === 'answer' ? frame.answer : undefined;
};

export const sizeOf = (frame: Frame): number => 32 + (bytesOf(frame)?.length ?? 0);

const toWire = (frame: Frame): readonly unknown[] => {
  const head = [KINDS.indexOf(frame.kind), frame.n];
  if (frame.kind === 'offer') return [...head, frame.command, frame.leftMs, frame.waitMs];
  return frame.kind === 'answer' ? [...head, frame.answer] : head;
};

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

/** Undefined for what a newer version may say. */
const fromWire = (wire: unknown): Frame | undefined => {
  if (!Array.isArray(wire)) return undefined;
  const [index, n, bytes, leftMs, waitMs] = wire as readonly unknown[];
  const kind = typeof index === 'number' ? KINDS[index] : undefined;
  if (kind === undefined || typeof n !== 'number') return undefined;
  if (kind === 'offer')
    return isBytes(bytes) && typeof leftMs === 'number' && typeof waitMs === 'number'
      ? { kind, n, command: bytes, leftMs, waitMs }
      : undefined;
  if (kind === 'answer') return isBytes(bytes) ? { kind, n, answer: bytes } : undefined;
  return { kind, n };
};

export const packEnvelope = ({ sentAt, frames }: Envelope): Uint8Array => encode([VERSION, sentAt, frames.map(toWire)]);

/** Undefined for what is none of this version. */
export const unpackEnvelope = (bytes: Uint8Array): Envelope | undefined => {
  try {
    const [version, sentAt, frames] = decode(bytes) as readonly unknown[];
    if (version !== VERSION || typeof sentAt !== 'number' || !Array.isArray(frames)) return undefined;
    return { sentAt, frames: frames.map(fromWire).filter((frame) => frame !== undefined) };
  } catch {
    return undefined;
  }
};
