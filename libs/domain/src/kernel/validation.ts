import type { Json } from './stream-item.js';

/** One broken rule. `path`: JSON pointer of the offending value, `/` for the root. */
export type Violation = { readonly path: string; readonly message: string };

/** Which schemas of an entity: of its args, its messages by message type, its events by event type. */
export type SchemaKind = 'creation' | 'inbox' | 'state';

/**
 * The effective schemas of an entity, compiled outside of the domain; same input, same answer.
 * An empty list: accepted, also when there is no schema of this kind at all. `unknown`: there are schemas of this kind,
 * but none for `key`. `value` undefined asks about the key only. `key` is ignored for `creation`.
 */
export type Validate = (kind: SchemaKind, key: string, value: Json | undefined) => readonly Violation[] | 'unknown';
