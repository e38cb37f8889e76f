const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[Tt](?!24)\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Parsed, a day that does not exist becomes another one. */
const isDay = (date: string): boolean => {
  const at = Date.parse(date);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
};

/** Milliseconds since 1970 of an RFC 3339 timestamp; undefined for any other text. */
export const parseTimestamp = (text: string): number | undefined => {
  const date = TIMESTAMP.exec(text)?.[1];
  const at = date !== undefined && isDay(date) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
};
