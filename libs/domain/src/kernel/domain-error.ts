import type { ErrorCode } from './error-code.js';

/** A refusal by a rule. The error catalogue of the contracts gives each code its HTTP status. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }
}
