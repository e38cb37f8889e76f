import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config/config.js';
import { readableLine } from './readable-line.js';
import { scrub, scrubText } from './scrub.js';

export type LoggerSettings = Pick<Config, 'app' | 'mode' | 'logLevel'>;
export type LogFields = Readonly<Record<string, unknown>>;
type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** The log of a process; also what Nest writes to. Secrets are taken out of everything that passes. */
export class AppLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  /** The same log with a name before each line and fields on each. */
  child(context: string, fields: LogFields = {}): AppLogger {
    return new AppLogger(this.pino.child({ ...(scrub(fields) as LogFields), context }));
  }

  info(message: string, fields: LogFields = {}): void {
    this.write('info', message, [fields]);
  }

  /** What the framework says while it starts: of use only when it does not. Ours is `info`. */
  log(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  /** As ours, `error('what', { error })`; as Nest's, `error(message, stack, context)`. */
  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('trace', message, more);
  }

  private write(level: Level, message: unknown, more: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const { text, fields } = lineOf(message, more);
    this.pino[level](scrub(fields), scrubText(text));
  }
}

interface LineParts {
  readonly text: string;
  readonly fields: LogFields;
}

// Nest passes strings after the message: perhaps a stack, and last the context.
const lineOf = (message: unknown, more: readonly unknown[]): LineParts => {
  const strings = more.filter((part) => typeof part === 'string');
  const stack = strings.find((part) => part.includes('\n    at '));
  const context = strings.findLast((part) => part !== stack);
  const given = more.filter(isFields).reduce((all, fields) => ({ ...all, ...fields }), {});
  const { error = more.find((part) => part instanceof Error), ...fields } = given;
  const err = message instanceof Error ? message : (error ?? (stack === undefined ? undefined : { stack }));
  return {
    text: textOf(message),
    fields: { ...fields, ...(context !== undefined && { context }), ...(err !== undefined && { err }) },
  };
};

const isFields = (part: unknown): part is LogFields => part?.constructor === Object;

const textOf = (message: unknown): string => {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : (JSON.stringify(scrub(message)) ?? String(message));
};

/** JSON lines in production, readable ones in development; to standard output unless a test says otherwise. */
export const createLogger = ({ app, mode, logLevel }: LoggerSettings, to?: DestinationStream): AppLogger => {
  // Synchronous: the lines before a crash are the ones that matter.
  const output = to ?? pino.destination({ fd: 1, sync: true });
  const readable: DestinationStream = { write: (json) => output.write(readableLine(json)) };
  const base = mode === 'production' ? { app, pid: process.pid } : null;
  return new AppLogger(
    pino(
      { level: logLevel, base, serializers: { err: (err: unknown) => err } },
      mode === 'production' ? output : readable,
    ),
  );
};
