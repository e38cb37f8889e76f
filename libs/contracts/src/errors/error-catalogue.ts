/**
 * Every error a client can meet: the only place where a code gets its HTTP status. `wire`: the code that is sent, where
 * the wire contract reuses one code with several statuses and we tell them apart. `retry`: seconds of `Retry-After`.
 */
export interface ErrorEntry {
  readonly status: number;
  readonly title: string;
  readonly wire?: string;
  readonly retry?: number;
}

export const ERRORS = {
  INVALID_REQUEST: { status: 400, title: 'The request is malformed' },
  NOT_SUPPORTED: { status: 400, wire: 'INVALID_REQUEST', title: 'The request asks for something not supported yet' },
  UNAUTHORIZED: { status: 401, title: 'No valid principal or token, or the principal may not do this' },
  FORBIDDEN: { status: 403, wire: 'UNAUTHORIZED', title: 'Nobody may do this from outside' },
  TABLE_NOT_ALLOWED: { status: 403, title: 'Nobody may follow this table' },
  NOT_FOUND: { status: 404, title: 'There is no such thing' },
  UNKNOWN_ENTITY_TYPE: { status: 404, title: 'The entity type is not registered' },
  STREAM_NOT_FOUND: { status: 404, wire: 'NOT_FOUND', title: 'There is no such stream' },
  AGENT_UI_NOT_FOUND: { status: 404, title: 'This server comes without a dashboard; its API is described at /docs' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request did not arrive in time' },
  DUPLICATE_URL: { status: 409, title: 'An entity with this URL exists already' },
  NOT_RUNNING: { status: 409, title: 'The entity accepts no more writes' },
  INVALID_SIGNAL: { status: 409, title: 'The entity has ended and takes no signals' },
  SCHEMA_KEY_EXISTS: { status: 409, title: 'The schema key exists already; amendments only add' },
  FENCED: { status: 409, title: 'A later claim has taken over' },
  ALREADY_CLAIMED: { status: 409, title: 'Another runner holds a live lease' },
  IDEMPOTENCY_KEY_REUSED: { status: 409, title: 'The Idempotency-Key came before, with another request' },
  ATTACHMENT_CONFLICT: {
    status: 409,
    wire: 'INVALID_REQUEST',
    title: 'There is an attachment with this id, or it cannot be downloaded yet',
  },
  STREAM_CONFLICT: { status: 409, wire: 'CONFLICT', title: 'The append does not fit the state of the stream' },
  OFFSET_GONE: {
    status: 410,
    wire: 'GONE',
    title: 'The offset belongs to an earlier life of the stream, or lies behind its end',
  },
  STREAM_GONE: { status: 410, wire: 'GONE', title: 'The stream was deleted, and only its forks have the content' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is larger than this route accepts' },
  ATTACHMENT_TOO_LARGE: {
    status: 413,
    wire: 'INVALID_REQUEST',
    title: 'The attachment is larger than the server takes',
  },
  URI_TOO_LONG: { status: 414, wire: 'INVALID_REQUEST', title: 'The URL is longer than any valid address' },
  UNSUPPORTED_ENCODING: { status: 415, title: 'The body is compressed; send it as it is' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The content type header cannot be read' },
  SCHEMA_VALIDATION_FAILED: { status: 422, title: 'The value does not match its schema' },
  UNKNOWN_MESSAGE_TYPE: { status: 422, title: 'The type declares no such message' },
  UNKNOWN_EVENT_TYPE: { status: 422, title: 'The type declares no such event' },
  OVERLOADED: { status: 429, retry: 1, title: 'The queue of this stream is full; nothing was written' },
  TOO_MANY_BODIES: {
    status: 429,
    wire: 'OVERLOADED',
    retry: 1,
    title: 'Too many large bodies are under way; nothing was written',
  },
  HEADERS_TOO_LARGE: { status: 431, wire: 'INVALID_REQUEST', title: 'The request headers are too large' },
  INVALID_WHERE: { status: 400, title: 'The condition of the shape is not one that is supported' },
  INVALID_WAKE_UNREGISTER: { status: 400, title: 'Neither sourceUrl nor manifestKey says what to unregister' },
  SERVE_ENDPOINT_NAME_MISMATCH: { status: 400, title: 'The serve endpoint describes another type' },
  INTERNAL_SERVER_ERROR: { status: 500, title: 'A defect; details are in the log of the server' },
  SERVE_ENDPOINT_UNREACHABLE: { status: 502, title: 'The serve endpoint did not describe its type' },
  UNAVAILABLE: { status: 503, retry: 1, title: 'The log or the database cannot be reached' },
  STREAM_CONTENDED: { status: 503, retry: 1, title: 'Other writers kept winning; nothing was written' },
  DEADLINE_EXCEEDED: {
    status: 503,
    retry: 1,
    title: 'The deadline passed; the message says whether it may have happened',
  },
  SERVER_STOPPING: { status: 503, retry: 1, title: 'The server is shutting down' },
} as const satisfies Record<string, ErrorEntry>;

export type CatalogueCode = keyof typeof ERRORS;

export const isCatalogueCode = (code: string): code is CatalogueCode => Object.hasOwn(ERRORS, code);

export const errorEntry = (code: CatalogueCode): ErrorEntry => ERRORS[code];
