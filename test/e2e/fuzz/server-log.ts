/** A line of the least level that somebody should look at, as `LOG_LEVEL` and the reader of the log write it. */
const TROUBLE = /^(\d\d:\d\d:\d\d\.\d{3} (ERROR|FATAL) |\{"level":[56]0,).*$/gm;

/** What a server says of its own defects. */
export const defectsIn = (output: string): readonly string[] => output.match(TROUBLE) ?? [];
