import type { TypeGrant } from '../access/grant.js';
import type { EntityTypeDocument } from './entity-type.document.js';

/**
 * What happened to a type, on its subject in the registry. Stored format: add optional fields or a new type; never
 * rename or repurpose. `key` is the name; `value` the whole document as of now, none on a deletion.
 */
export type EntityTypeItem =
  | {
      readonly type: 'entity_type_registered' | 'entity_type_amended' | 'entity_type_granted' | 'entity_type_revoked';
      readonly key: string;
      readonly value: EntityTypeDocument;
      /** All there are as of now; the newest message alone says everything. Absent when there never was one. */
      readonly grants?: readonly TypeGrant[];
      /** The highest id of a grant there ever was. */
      readonly lastGrant?: number;
      readonly headers: { readonly operation: 'insert' | 'update' };
    }
  | { readonly type: 'entity_type_deleted'; readonly key: string; readonly headers: { readonly operation: 'delete' } };
