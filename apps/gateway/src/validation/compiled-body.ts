import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import {
  COLLECTION_ROW_SCHEMA,
  EDIT_MESSAGE_SCHEMA,
  ENTITY_GRANT_SCHEMA,
  MAX_DETAILS,
  OPERATION_SCHEMA,
  SEND_SCHEMA,
  SPAWN_SCHEMA,
  TYPE_GRANT_SCHEMA,
  type CollectionRowDto,
  type EditMessageDto,
  type EntityGrantInputDto,
  type SendDto,
  type SpawnDto,
  type StartOperationDto,
  type TypeGrantInputDto,
  type Violation,
} from '@app/contracts';
import { assertStorable, parseJsonBody } from '../http/json-body.js';
import { refuse } from './read-dto.js';

// A number that JSON can say but no JavaScript number holds is none.
const ajv = new Ajv({ allErrors: true, strict: false, strictNumbers: true });

const violation = ({ instancePath, message = 'is invalid' }: ErrorObject): Violation => ({
  path: instancePath === '' ? '/' : instancePath,
  message,
});

/**
 * A reader of bodies by a schema that is compiled once, for the first of them: all together are a tenth of a start.
 * `opaque`: members stored as sent, whatever characters they hold.
 */
const reader = <T>(schema: object, opaque: readonly string[]): ((body: Buffer | undefined) => T) => {
  let validate: ValidateFunction<T> | undefined;
  return (body) => {
    const value = parseJsonBody(body);
    validate ??= ajv.compile<T>(schema);
    if (!validate(value)) throw refuse((validate.errors ?? []).slice(0, MAX_DETAILS).map(violation));
    if (body !== undefined) assertStorable(body, value, opaque);
    return value;
  };
};

export const readSpawn = reader<SpawnDto>(SPAWN_SCHEMA, ['initialMessage']);

export const readSend = reader<SendDto>(SEND_SCHEMA, ['payload']);

/** Whoever takes the entities apart checks what of them can be stored: their initial messages are stored as sent. */
export const readOperation = reader<StartOperationDto>(OPERATION_SCHEMA, ['entities']);

export const readEditMessage = reader<EditMessageDto>(EDIT_MESSAGE_SCHEMA, ['payload']);

export const readCollectionRow = reader<CollectionRowDto>(COLLECTION_ROW_SCHEMA, ['value']);

export const readEntityGrant = reader<EntityGrantInputDto>(ENTITY_GRANT_SCHEMA, []);

export const readTypeGrant = reader<TypeGrantInputDto>(TYPE_GRANT_SCHEMA, []);
