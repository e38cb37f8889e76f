import { errorEntry, type CatalogueCode } from './error-catalogue.js';

/** Headers an answer carries besides the ones of every answer. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** A refusal at the edge, before any rule of the domain was asked. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: CatalogueCode,
    message: string = errorEntry(code).title,
    readonly details?: unknown,
    readonly headers: AnswerHeaders = {},
  ) {
    super(message);
  }
}

/** One violation: JSON pointer of the offending value (`/` for the whole body) and Ajv's English text. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}
