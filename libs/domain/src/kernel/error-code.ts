/** Every code a rule can refuse with; the wire contract lists the same names. */
export type ErrorCode =
  | 'INVALID_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'UNKNOWN_ENTITY_TYPE'
  | 'DUPLICATE_URL'
  | 'NOT_RUNNING'
  | 'INVALID_SIGNAL'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'UNKNOWN_MESSAGE_TYPE'
  | 'UNKNOWN_EVENT_TYPE'
  | 'SCHEMA_KEY_EXISTS'
  | 'FENCED'
  | 'STREAM_NOT_FOUND'
  | 'STREAM_CONFLICT'
  | 'STREAM_GONE'
  | 'INVALID_WAKE_UNREGISTER';
