import { assertNever } from '../kernel/assert-never.js';
import { nothing, type Decided, type Decider } from '../kernel/decision.js';
import { DomainError } from '../kernel/domain-error.js';
import { isoFromMs } from '../kernel/iso-time.js';
import { present } from '../kernel/present.js';
import { PRINCIPAL_TYPE } from '../identity/entity-address.js';
import type { EntityTypeDocument, EntityTypeRegistration, Schemas } from './entity-type.document.js';
import type { EntityTypeItem } from './entity-type.items.js';
import { checkDocument, checkRegistration, checkSchemas, type CheckedNames } from './registration-rules.js';

/** `now`: milliseconds since 1970. */
export type EntityTypeCommand =
  | { readonly type: 'RegisterType'; readonly now: number; readonly registration: EntityTypeRegistration }
  /** At start-up: registers a type of the server itself, unless there is one already. */
  | { readonly type: 'EnsureBuiltInType'; readonly now: number; readonly registration: EntityTypeRegistration }
  | AmendSchemas
  | { readonly type: 'DeleteType' };

/** Adds schemas to a type; never replaces one. */
export interface AmendSchemas {
  readonly type: 'AmendSchemas';
  readonly now: number;
  readonly inboxSchemas?: Schemas;
  readonly stateSchemas?: Schemas;
}

/** The newest document; undefined when the type was never registered, or was deleted. */
export type EntityTypeState = EntityTypeDocument | undefined;

export type EntityTypeResult =
  { readonly kind: 'stored'; readonly document: EntityTypeDocument } | { readonly kind: 'deleted' };

type TypeDecided = Decided<EntityTypeItem, EntityTypeResult>;

const existing = (state: EntityTypeState): EntityTypeDocument => {
  if (state === undefined) throw new DomainError('NOT_FOUND', 'there is no such entity type');
  if (state.name === PRINCIPAL_TYPE)
    throw new DomainError('INVALID_REQUEST', `the entity type "${PRINCIPAL_TYPE}" is built in`);
  return state;
};

/** The item is the event: public, and all there is to fold. */
const stored = (
  type: 'entity_type_registered' | 'entity_type_amended',
  operation: 'insert' | 'update',
  document: EntityTypeDocument,
): TypeDecided => {
  checkDocument(document);
  const item: EntityTypeItem = { type, key: document.name, value: document, headers: { operation } };
  return { units: [{ items: [item], events: [item] }], result: { kind: 'stored', document } };
};

/** Every field is the new registration's; only the creation time stays. */
const register = (
  state: EntityTypeState,
  registration: EntityTypeRegistration,
  { name, description }: CheckedNames,
  now: number,
): TypeDecided => {
  const { serve_endpoint: url } = registration;
  const byEndpoint = url === undefined ? undefined : { targets: [{ type: 'webhook' as const, url }] as const };
  const at = isoFromMs(now);
  const document: EntityTypeDocument = {
    name,
    description,
    creation_schema: registration.creation_schema ?? null,
    inbox_schemas: registration.inbox_schemas ?? null,
    state_schemas: registration.state_schemas ?? null,
    ...present({
      externally_writable_collections: registration.externally_writable_collections,
      slash_commands: registration.slash_commands,
      serve_endpoint: url,
      default_dispatch_policy: registration.default_dispatch_policy ?? byEndpoint,
    }),
    revision: (state?.revision ?? 0) + 1,
    created_at: state?.created_at ?? at,
    updated_at: at,
  };
  return stored('entity_type_registered', state === undefined ? 'insert' : 'update', document);
};

const merged = (old: Schemas | null, added: Schemas | undefined): Schemas | null => {
  if (added === undefined) return old;
  const taken = Object.keys(added).find((key) => old !== null && Object.hasOwn(old, key));
  if (taken !== undefined) throw new DomainError('SCHEMA_KEY_EXISTS', `the schema "${taken}" exists already`);
  return { ...old, ...added };
};

const amend = (state: EntityTypeState, { inboxSchemas, stateSchemas, now }: AmendSchemas): TypeDecided => {
  const document = existing(state);
  checkSchemas('inbox_schemas', inboxSchemas);
  checkSchemas('state_schemas', stateSchemas);
  const next: EntityTypeDocument = {
    ...document,
    inbox_schemas: merged(document.inbox_schemas, inboxSchemas),
    state_schemas: merged(document.state_schemas, stateSchemas),
    revision: document.revision + 1,
    updated_at: isoFromMs(now),
  };
  return stored('entity_type_amended', 'update', next);
};

const remove = (state: EntityTypeState): TypeDecided => {
  const { name } = existing(state);
  const item: EntityTypeItem = { type: 'entity_type_deleted', key: name, headers: { operation: 'delete' } };
  return { units: [{ items: [item], events: [item] }], result: { kind: 'deleted' } };
};

const decide = (state: EntityTypeState, command: EntityTypeCommand): TypeDecided => {
  switch (command.type) {
    case 'RegisterType':
      return register(state, command.registration, checkRegistration(command.registration, 'client'), command.now);
    case 'EnsureBuiltInType':
      if (state !== undefined) return nothing({ kind: 'stored', document: state });
      return register(state, command.registration, checkRegistration(command.registration, 'server'), command.now);
    case 'AmendSchemas':
      return amend(state, command);
    case 'DeleteType':
      return remove(state);
    default:
      return assertNever(command);
  }
};

const evolve = (state: EntityTypeState, item: EntityTypeItem): EntityTypeState => {
  switch (item.type) {
    case 'entity_type_registered':
    case 'entity_type_amended':
      return item.value;
    case 'entity_type_deleted':
      return undefined;
    default:
      // Written by a newer version.
      return state;
  }
};

/**
 * One entity type in the registry. Its events are the public items themselves: a unit has the same one as item and as
 * event, and it is written once, as item.
 */
export const entityTypeDecider: Decider<EntityTypeState, EntityTypeCommand, EntityTypeItem, EntityTypeResult> = {
  initial: undefined,
  decide,
  evolve,
};
