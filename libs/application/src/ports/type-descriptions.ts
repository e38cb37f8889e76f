import type { EntityTypeRegistration } from '@app/domain/entity-type/entity-type.document.js';

/** Checks that a value from outside has the shape of a registration. @throws an error for the client */
export abstract class TypeDescriptions {
  abstract read(value: unknown): EntityTypeRegistration;
}
