/** What a body may be. Beyond: 413 for size, 400 for depth. */
const MIB = 1024 * 1024;

export const BODY_LIMITS = {
  control: MIB,
  send: 4 * MIB,
  /** POST on the main stream of an entity. */
  append: 8 * MIB,
  /** A file; what else is in the form comes on top. Configurable. */
  attachment: 25 * MIB,
  /** PUT and POST on other streams. */
  stream: 64 * MIB,
} as const;

export type BodyLimit = keyof typeof BODY_LIMITS;

/** What the fields of a form and its boundaries may take beside the file. */
export const FORM_BYTES = 2 * MIB;

/** A body over this is one of the few large ones that a process takes at once. */
export const LARGE_BODY_BYTES = 8 * MIB;

/** Deeper JSON would overflow the stack of some reader sooner or later, ours or a client's. */
export const MAX_JSON_DEPTH = 128;

/** No valid address is longer: 900 bytes of escaped path plus a query. */
export const MAX_URL_BYTES = 8192;

/** A body of a few megabytes can break a rule a million times; nobody reads that far. */
export const MAX_DETAILS = 1_000;

/** Of an `Idempotency-Key`. */
export const MAX_KEY_CHARACTERS = 255;

/** Entries of one page of a list, and tags it is filtered by. */
export const PAGE = { default: 100, max: 1_000, maxTags: 8 } as const;

/** Levels of descendants in one answer. */
export const MAX_TREE_DEPTH = 1_000;

export const LEASE_MS = { min: 1000, default: 30_000, max: 600_000 } as const;
