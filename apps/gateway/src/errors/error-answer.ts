import { HttpException } from '@nestjs/common';
import {
  ApiError,
  errorEntry,
  isCatalogueCode,
  MAX_DETAILS,
  type AnswerHeaders,
  type CatalogueCode,
} from '@app/contracts';
import { DomainError } from '@app/domain';
import {
  Backpressure,
  Contended,
  DeadlineExceeded,
  KeyReused,
  LogUnavailable,
  PublishRefused,
  StateTooLarge,
  StreamAbsent,
} from '@app/streams';
import { RefusedByPeer } from '@app/application';
import { isDatabaseOutage } from './database-outage.js';

/** What a client is told about an error. `body` is absent for a route that does not exist. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body?: { readonly error: { readonly code: string; readonly message: string; readonly details?: unknown } };
  /** Nobody expected it: to be logged, with nothing told to the client. */
  readonly defect: boolean;
}

interface Refusal {
  readonly code: CatalogueCode;
  readonly message: string;
  readonly details?: unknown;
  readonly headers?: AnswerHeaders;
}

// What the framework itself refuses: unreadable requests.
const FRAMEWORK: Readonly<Record<number, CatalogueCode>> = {
  400: 'INVALID_REQUEST',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  431: 'HEADERS_TOO_LARGE',
  503: 'SERVER_STOPPING',
};

const titled = (code: CatalogueCode): Refusal => ({ code, message: errorEntry(code).title });

const statusOf = (error: object): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
};

const refusalOf = (error: object): Refusal | undefined => {
  if (error instanceof ApiError) return error;
  if (error instanceof DomainError || error instanceof RefusedByPeer)
    return isCatalogueCode(error.code)
      ? { code: error.code, message: error.message, details: error.details }
      : undefined;
  if (error instanceof DeadlineExceeded) return { code: 'DEADLINE_EXCEEDED', message: error.message };
  if (error instanceof KeyReused) return titled('IDEMPOTENCY_KEY_REUSED');
  if (error instanceof Backpressure) return titled('OVERLOADED');
  if (error instanceof Contended) return titled('STREAM_CONTENDED');
  // Within our own limits, but more than this broker takes in one message.
  if (error instanceof PublishRefused || error instanceof StateTooLarge) return titled('PAYLOAD_TOO_LARGE');
  if (error instanceof StreamAbsent) return titled('STREAM_NOT_FOUND');
  if (error instanceof LogUnavailable || isDatabaseOutage(error)) return titled('UNAVAILABLE');
  const code = FRAMEWORK[statusOf(error) ?? 0];
  return code === undefined ? undefined : titled(code);
};

const shortened = (details: unknown): unknown => (Array.isArray(details) ? details.slice(0, MAX_DETAILS) : details);

const answer = ({ code, message, details, headers = {} }: Refusal, defect: boolean): ErrorAnswer => {
  const { status, wire, retry } = errorEntry(code);
  return {
    status,
    headers: retry === undefined ? headers : { ...headers, 'retry-after': String(retry) },
    body: { error: { code: wire ?? code, message, ...(details === undefined ? {} : { details: shortened(details) }) } },
    defect,
  };
};

/** Unknown routes have an empty answer by contract; our own 404s are ApiErrors or DomainErrors. */
const isUnknownRoute = (error: object): boolean => error instanceof HttpException && error.getStatus() === 404;

export const errorAnswer = (error: unknown): ErrorAnswer => {
  const thrown = typeof error === 'object' && error !== null ? error : {};
  if (isUnknownRoute(thrown)) return { status: 404, headers: {}, defect: false };
  const refusal = refusalOf(thrown);
  return refusal ? answer(refusal, false) : answer(titled('INTERNAL_SERVER_ERROR'), true);
};
