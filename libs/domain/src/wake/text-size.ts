const SHORT_ESCAPES = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/** How many bytes one character takes inside a JSON text in UTF-8. */
const jsonBytes = (codePoint: number): number => {
  if (codePoint < 0x20) return SHORT_ESCAPES.has(codePoint) ? 2 : 6;
  if (codePoint === 0x22 || codePoint === 0x5c) return 2;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  if (codePoint > 0xffff) return 4;
  // A lone surrogate is written as an escape.
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? 6 : 3;
};

export interface CutText {
  readonly text: string;
  readonly bytes: number;
  /** Something was cut off. */
  readonly cut: boolean;
}

/** The longest start of `text` that takes at most `limit` bytes as JSON; never half a character. */
export const cutText = (text: string, limit: number): CutText => {
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    const next = bytes + jsonBytes(char.codePointAt(0) ?? 0);
    if (next > limit) return { text: text.slice(0, end), bytes, cut: true };
    bytes = next;
    end += char.length;
  }
  return { text, bytes, cut: false };
};
