import { isUnexpired, type AskedTypeGrant, type TypeGrant } from '../access/grant.js';
import { assertNever } from '../kernel/assert-never.js';
import { nothing, type Decided, type Decider } from '../kernel/decision.js';
import { DomainError } from '../kernel/domain-error.js';
import { isoFromMs } from '../kernel/iso-time.js';
import { present } from '../kernel/present.js';
import { PRINCIPAL_TYPE } from '../identity/entity-address.js';
import type { EntityTypeDocument, EntityTypeRegistration, Schemas } from './entity-type.document.js';
import type { EntityTypeItem } from './entity-type.items.js';
import { evolveEntityType, type EntityTypeState, type RegisteredEntityType } from './entity-type.state.js';
import {
  checkDocument,
  checkGrants,
  checkRegistration,
  checkSchemas,
  type CheckedNames,
} from './registration-rules.js';
import { ensured, withGrant, type GrantsAfter, type TypeGranting } from './type-grants.js';

/** `now`: milliseconds since 1970. */
export type EntityTypeCommand =
  | RegisterType
  /** At start-up: registers a type of the server itself, unless there is one already. */
  | { readonly type: 'EnsureBuiltInType'; readonly now: number; readonly registration: EntityTypeRegistration }
  | AmendSchemas
  | { readonly type: 'DeleteType' }
  | { readonly type: 'GrantType'; readonly by: TypeGranting; readonly grant: AskedTypeGrant }
  | { readonly type: 'RevokeTypeGrant'; readonly now: number; readonly id: number };

export interface RegisterType {
  readonly type: 'RegisterType';
  readonly now: number;
  readonly registration: EntityTypeRegistration;
  /** Granted by `by` unless the type has the same grant. */
  readonly grants?: readonly AskedTypeGrant[];
  readonly by?: TypeGranting;
}

/** Adds schemas to a type; never replaces one. */
export interface AmendSchemas {
  readonly type: 'AmendSchemas';
  readonly now: number;
  readonly inboxSchemas?: Schemas;
  readonly stateSchemas?: Schemas;
}

export type EntityTypeResult =
  | { readonly kind: 'stored'; readonly document: EntityTypeDocument }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'granted'; readonly grant: TypeGrant }
  | { readonly kind: 'revoked' };

type TypeDecided = Decided<EntityTypeItem, EntityTypeResult>;

const existing = (state: EntityTypeState): RegisteredEntityType => {
  if (state === undefined) throw new DomainError('NOT_FOUND', 'there is no such entity type');
  return state;
};

const changeable = (state: EntityTypeState): RegisteredEntityType => {
  const type = existing(state);
  if (type.document.name === PRINCIPAL_TYPE)
    throw new DomainError('INVALID_REQUEST', `the entity type "${PRINCIPAL_TYPE}" is built in`);
  return type;
};

type Stored = Exclude<EntityTypeItem, { readonly type: 'entity_type_deleted' }>;

/** The item is the event: public, and all there is to fold. */
const said = (
  { type, headers }: Pick<Stored, 'type' | 'headers'>,
  { document, grants, lastGrant }: RegisteredEntityType,
  result: EntityTypeResult,
): TypeDecided => {
  const all = lastGrant === 0 ? {} : { grants, lastGrant };
  const item: Stored = { type, key: document.name, value: document, ...all, headers };
  return { units: [{ items: [item], events: [item] }], result };
};

const stored = (
  type: 'entity_type_registered' | 'entity_type_amended',
  operation: 'insert' | 'update',
  state: RegisteredEntityType,
): TypeDecided => {
  const { document } = state;
  checkDocument(document);
  checkGrants(state.grants);
  return said({ type, headers: { operation } }, state, { kind: 'stored', document });
};

const give = (state: RegisteredEntityType, asked: AskedTypeGrant, by: TypeGranting): TypeDecided => {
  const { grant, ...grants } = withGrant(state, asked, by);
  checkGrants(grants.grants);
  const next = { ...state, ...grants };
  return said({ type: 'entity_type_granted', headers: { operation: 'update' } }, next, { kind: 'granted', grant });
};

const revoke = (state: RegisteredEntityType, id: number, now: number): TypeDecided => {
  const grants = state.grants.filter((grant) => grant.id !== id);
  if (!state.grants.some((grant) => grant.id === id && isUnexpired(grant, now)))
    throw new DomainError('NOT_FOUND', `the entity type has no grant ${String(id)}`);
  const next = { ...state, grants };
  return said({ type: 'entity_type_revoked', headers: { operation: 'update' } }, next, { kind: 'revoked' });
};

/** Every field is the new registration's; only the creation time stays. */
const register = (
  state: EntityTypeState,
  registration: EntityTypeRegistration,
  { name, description }: CheckedNames,
  now: number,
  grants: GrantsAfter = { grants: [], lastGrant: 0 },
): TypeDecided => {
  const old = state?.document;
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
    revision: (old?.revision ?? 0) + 1,
    created_at: old?.created_at ?? at,
    updated_at: at,
  };
  return stored('entity_type_registered', old === undefined ? 'insert' : 'update', { document, ...grants });
};

const merged = (old: Schemas | null, added: Schemas | undefined): Schemas | null => {
  if (added === undefined) return old;
  const taken = Object.keys(added).find((key) => old !== null && Object.hasOwn(old, key));
  if (taken !== undefined) throw new DomainError('SCHEMA_KEY_EXISTS', `the schema "${taken}" exists already`);
  return { ...old, ...added };
};

const amend = (state: EntityTypeState, { inboxSchemas, stateSchemas, now }: AmendSchemas): TypeDecided => {
  const { document, ...grants } = changeable(state);
  checkSchemas('inbox_schemas', inboxSchemas);
  checkSchemas('state_schemas', stateSchemas);
  const next: EntityTypeDocument = {
    ...document,
    inbox_schemas: merged(document.inbox_schemas, inboxSchemas),
    state_schemas: merged(document.state_schemas, stateSchemas),
    revision: document.revision + 1,
    updated_at: isoFromMs(now),
  };
  return stored('entity_type_amended', 'update', { document: next, ...grants });
};

const remove = (state: EntityTypeState): TypeDecided => {
  const { name } = changeable(state).document;
  const item: EntityTypeItem = { type: 'entity_type_deleted', key: name, headers: { operation: 'delete' } };
  return { units: [{ items: [item], events: [item] }], result: { kind: 'deleted' } };
};

const decide = (state: EntityTypeState, command: EntityTypeCommand): TypeDecided => {
  switch (command.type) {
    case 'RegisterType':
      return register(
        state,
        command.registration,
        checkRegistration(command.registration, 'client'),
        command.now,
        ensured(state, command.grants ?? [], command.by),
      );
    case 'EnsureBuiltInType':
      if (state !== undefined) return nothing({ kind: 'stored', document: state.document });
      return register(state, command.registration, checkRegistration(command.registration, 'server'), command.now);
    case 'AmendSchemas':
      return amend(state, command);
    case 'DeleteType':
      return remove(state);
    case 'GrantType':
      return give(existing(state), command.grant, command.by);
    case 'RevokeTypeGrant':
      return revoke(existing(state), command.id, command.now);
    default:
      return assertNever(command);
  }
};

/**
 * One entity type in the registry. Its events are the public items themselves: a unit has the same one as item and as
 * event, and it is written once, as item.
 */
export const entityTypeDecider: Decider<EntityTypeState, EntityTypeCommand, EntityTypeItem, EntityTypeResult> = {
  initial: undefined,
  decide,
  evolve: evolveEntityType,
};
