/**
 * A position in a durable stream: everything up to and including message `seq` is consumed, and `pos` items (bytes for
 * non-JSON streams) of the messages after it. On the wire: two 16-digit decimals joined by `_`, so that byte order is
 * stream order. Sequences stay far below 2^53, hence plain numbers.
 */
export interface Offset {
  readonly seq: number;
  readonly pos: number;
}

export const START: Offset = { seq: 0, pos: 0 };

export const formatOffset = ({ seq, pos }: Offset): string =>
  `${String(seq).padStart(16, '0')}_${String(pos).padStart(16, '0')}`;

/** `undefined` when the text is not an offset this server could have minted. */
export const parseOffset = (text: string): Offset | undefined => {
  const match = /^(\d{16})_(\d{16})$/.exec(text);
  return match ? { seq: Number(match[1]), pos: Number(match[2]) } : undefined;
};

export const compareOffsets = (a: Offset, b: Offset): number => a.seq - b.seq || a.pos - b.pos;
