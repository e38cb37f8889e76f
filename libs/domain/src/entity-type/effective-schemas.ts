import type { EntityTypeDocument, Schemas } from './entity-type.document.js';

const merged = (snapshot: Schemas | null, current: Schemas | null | undefined): Schemas | null =>
  snapshot === null || current == null ? (current ?? snapshot) : { ...snapshot, ...current };

/**
 * The schemas that hold for an entity: those of its type at its spawn, and over them those of the type now, so that an
 * amendment reaches entities that exist. null: anything is accepted. `current` undefined: the type was deleted.
 */
export const effectiveSchemas = (
  atSpawn: EntityTypeDocument,
  current: EntityTypeDocument | undefined,
): { readonly inbox: Schemas | null; readonly state: Schemas | null } => ({
  inbox: merged(atSpawn.inbox_schemas, current?.inbox_schemas),
  state: merged(atSpawn.state_schemas, current?.state_schemas),
});
