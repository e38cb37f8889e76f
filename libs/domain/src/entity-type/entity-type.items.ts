import type { EntityTypeDocument } from './entity-type.document.js';

/**
 * What happened to a type, on its subject in the registry. Stored format: add optional fields or a new type; never
 * rename or repurpose. `key` is the name; `value` the whole document as of now, none on a deletion.
 */
export type EntityTypeItem =
  | {
      readonly type: 'entity_type_registered' | 'entity_type_amended';
      readonly key: string;
      readonly value: EntityTypeDocument;
      readonly headers: { readonly operation: 'insert' | 'update' };
    }
  | { readonly type: 'entity_type_deleted'; readonly key: string; readonly headers: { readonly operation: 'delete' } };
