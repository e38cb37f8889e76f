import type { TypeGrant } from '../access/grant.js';
import { DomainError } from '../kernel/domain-error.js';
import { checkStorable } from '../kernel/storable.js';
import type { JsonObject } from '../kernel/stream-item.js';
import { checkTypeName } from '../identity/entity-address.js';
import { slashCommandViolations } from '../message/slash-command.js';
import type { EntityTypeDocument, EntityTypeRegistration, Schemas } from './entity-type.document.js';
import { foreignKeyword } from './schema-keywords.js';

export interface CheckedNames {
  readonly name: string;
  readonly description: string;
}

export const MAX_TYPE_BYTES = 256 * 1024;

const invalid = (message: string): DomainError => new DomainError('INVALID_REQUEST', message);

const checkSchema = (where: string, schema: JsonObject): void => {
  const keyword = foreignKeyword(schema);
  if (keyword !== undefined) throw invalid(`${where} uses the keyword "${keyword}", which is not supported`);
};

export const checkSchemas = (where: string, schemas: Schemas | undefined): void => {
  for (const [key, schema] of Object.entries(schemas ?? {})) checkSchema(`${where}.${key}`, schema);
};

export const checkDocument = (document: EntityTypeDocument): void =>
  checkStorable('an entity type with its schemas', document, MAX_TYPE_BYTES);

/** Of one type together. */
export const MAX_TYPE_GRANTS_BYTES = 64 * 1024;

export const checkGrants = (grants: readonly TypeGrant[]): void =>
  checkStorable('the grants of an entity type', grants, MAX_TYPE_GRANTS_BYTES);

const checkNames = ({ name, description }: EntityTypeRegistration, by: 'client' | 'server'): CheckedNames => {
  if (name === undefined || name === '') throw invalid('an entity type needs a name');
  if (description === undefined || description === '') throw invalid('an entity type needs a description');
  if (by === 'client') checkTypeName(name);
  return { name, description };
};

// Clients know comments by the name of the collection and by the contract; they must find both or neither.
const checkComments = ({ externally_writable_collections: collections }: EntityTypeRegistration): void => {
  for (const [name, { contract }] of Object.entries(collections ?? {}))
    if ((name === 'comments') !== (contract === 'comments/v1'))
      throw invalid('the collection "comments" has the contract "comments/v1", and no other collection has');
};

/** Everything a registration is refused for, in the order in which clients are told. */
export const checkRegistration = (registration: EntityTypeRegistration, by: 'client' | 'server'): CheckedNames => {
  const names = checkNames(registration, by);
  if (registration.creation_schema !== undefined) checkSchema('creation_schema', registration.creation_schema);
  checkSchemas('inbox_schemas', registration.inbox_schemas);
  checkSchemas('state_schemas', registration.state_schemas);
  const violations = slashCommandViolations(registration.slash_commands ?? []);
  if (violations.length > 0) throw new DomainError('SCHEMA_VALIDATION_FAILED', 'Validation failed', violations);
  checkComments(registration);
  return names;
};
