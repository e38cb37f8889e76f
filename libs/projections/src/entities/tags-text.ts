export type Tags = Readonly<Record<string, string>>;

/** As JSON: the same text for the same tags, whatever order they were set in. */
export const tagsText = (tags: Tags): string =>
  JSON.stringify(Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))));
