const TIMESTAMP = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970 of an RFC 3339 timestamp; undefined for any other text. */
export const parseTimestamp = (text: string): number | undefined => {
  const at = TIMESTAMP.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
};
