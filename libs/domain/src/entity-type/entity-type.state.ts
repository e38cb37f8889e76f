import type { TypeGrant } from '../access/grant.js';
import type { EntityTypeDocument } from './entity-type.document.js';
import type { EntityTypeItem } from './entity-type.items.js';

export interface RegisteredEntityType {
  readonly document: EntityTypeDocument;
  readonly grants: readonly TypeGrant[];
  /** The highest id of a grant there ever was. */
  readonly lastGrant: number;
}

/** Undefined when the type was never registered, or was deleted. */
export type EntityTypeState = RegisteredEntityType | undefined;

/** Every item says everything. */
export const evolveEntityType = (state: EntityTypeState, item: EntityTypeItem): EntityTypeState => {
  switch (item.type) {
    case 'entity_type_registered':
    case 'entity_type_amended':
    case 'entity_type_granted':
    case 'entity_type_revoked':
      return { document: item.value, grants: item.grants ?? [], lastGrant: item.lastGrant ?? 0 };
    case 'entity_type_deleted':
      return undefined;
    default:
      // Written by a newer version.
      return state;
  }
};
