import { encodeText } from '../kernel/text.js';

export type Tags = Readonly<Record<string, string>>;

/** As JSON, in the order of the bytes of the encoded names: the same text for the same tags, also where SQL puts it together. */
export const tagsText = (tags: Tags): string => {
  const members = Object.entries(tags).map(([name, value]) => {
    const key = encodeText(name);
    return { bytes: Buffer.from(key), text: `${key}:${encodeText(value)}` };
  });
  members.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  return `{${members.map(({ text }) => text).join(',')}}`;
};
