const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly context?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
}

/** One JSON log line as a person reads it: `12:00:01.250 info  [context] message {"more":1}`, then the stack. */
export const readableLine = (json: string): string => {
  const { level, time, msg = '', context, err, ...more } = JSON.parse(json) as Line;
  const at = new Date(time).toISOString().slice(11, 23);
  const head = `${at} ${(LEVELS[level] ?? String(level)).padEnd(5)} ${context ? `[${context}] ` : ''}${msg}`;
  const rest = Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : '';
  const stack = err ? `\n  ${(err.stack || err.message || '').replaceAll('\n', '\n  ')}` : '';
  return `${head}${rest}${stack}\n`;
};
