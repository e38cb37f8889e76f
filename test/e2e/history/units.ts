import type { Chance } from '@app/testing/chance.js';

export const CONTENT_TYPES = ['application/json', 'application/octet-stream', 'text/plain'] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];

export const isJson = (contentType: string): boolean => contentType.startsWith('application/json');

/** What one request writes: JSON items, or bytes that begin with the id and their own length. */
export interface Content {
  readonly items?: readonly string[];
  readonly bytes: Buffer;
}

const LETTERS = 'abc déf €\n😀 {"[,]}\'';

const padding = (chance: Chance, bytes: number): string => {
  let text = '';
  while (Buffer.byteLength(text) < bytes) text += chance.of([...LETTERS]).repeat(chance.between(1, 60));
  return text;
};

/** `size`: about so many bytes together. */
export const unitContent = (id: string, contentType: ContentType, chance: Chance, size: number): Content => {
  if (isJson(contentType)) {
    const count = chance.of([1, 1, 2, 3, 10]);
    const items = Array.from({ length: count }, (_, n) =>
      JSON.stringify({ u: id, n, pad: padding(chance, size / count) }),
    );
    return { items, bytes: Buffer.from(count === 1 && chance.next() < 0.5 ? (items[0] ?? '') : `[${items.join()}]`) };
  }
  const pad = padding(chance, size);
  const body =
    contentType === 'text/plain' ? Buffer.from(pad) : Buffer.from(pad).map((byte) => byte ^ (chance.next() * 256));
  return { bytes: Buffer.concat([Buffer.from(`<${id}:${String(body.length)}>`), body]) };
};

/** The id a stored unit begins with; undefined when nobody of us wrote it. */
export const idOf = (unit: Content): string | undefined => {
  if (unit.items) {
    const [first = 'null'] = unit.items;
    return (JSON.parse(first) as { readonly u?: string } | null)?.u;
  }
  return /^<([^:>]+):\d+>/.exec(unit.bytes.subarray(0, 80).toString('latin1'))?.[1];
};

export const sameContent = (a: Content, b: Content): boolean =>
  a.items ? a.items.join('\n') === b.items?.join('\n') : a.bytes.equals(b.bytes);
