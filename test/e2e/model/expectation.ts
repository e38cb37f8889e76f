import type { Answer } from './commands.js';
import type { State } from './state.js';

/** What a command must be answered, and what is so afterwards. */
export interface Expectation {
  readonly status: number;
  /** Of a refusal. Undefined where the contract leaves it open. */
  readonly code?: string;
  /** A pattern; undefined when the contract says nothing about it. */
  readonly body?: unknown;
  /** Exact; null: not there. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Undefined: nothing changes. */
  readonly next?: (answer: Answer) => State;
  /** A command that had nothing to do, but is remembered as done under its key. */
  readonly remembered?: true;
}

export const refusal = (status: number, code?: string, details?: unknown): Expectation => ({
  status,
  ...(code !== undefined && { code }),
  ...(details !== undefined && { body: { error: { code, message: '§any', details } } }),
});

export const BAD_REQUEST = refusal(400, 'INVALID_REQUEST');
export const UNAUTHORIZED = refusal(401, 'UNAUTHORIZED');
export const NOT_RUNNING = refusal(409, 'NOT_RUNNING');
export const NOT_FOUND = refusal(404, 'NOT_FOUND');

export const member = (body: unknown, name: string): unknown =>
  (body as Readonly<Record<string, unknown>> | undefined)?.[name];
