import { DomainError } from '../../kernel/domain-error.js';
import type { Json } from '../../kernel/stream-item.js';
import type { Validate, Violation } from '../../kernel/validation.js';
import { PRINCIPAL_TYPE } from '../../identity/entity-address.js';
import { COMPOSER_INPUT, composerInputViolations } from '../../message/composer-input.js';

export const invalidValue = (violations: readonly Violation[]): DomainError =>
  new DomainError('SCHEMA_VALIDATION_FAILED', 'Validation failed', violations);

const messageViolations = (type: string, payload: Json | undefined, validate: Validate): readonly Violation[] => {
  if (type === COMPOSER_INPUT) return composerInputViolations(payload);
  const verdict = validate('inbox', type, payload);
  if (verdict === 'unknown')
    throw new DomainError('UNKNOWN_MESSAGE_TYPE', `the entity declares no message type "${type}"`);
  return verdict;
};

interface Message {
  readonly from: string;
  readonly messageType?: string;
  readonly payload: Json | undefined;
  readonly mayUpdateIdentity?: boolean;
  readonly validate: Validate;
}

export const isIdentityUpdate = (entityType: string, messageType: string | undefined): boolean =>
  entityType === PRINCIPAL_TYPE && messageType === 'update_identity';

/** What makes a message acceptable whatever the status is. Without a message type nothing is validated. */
export const checkMessage = (entityType: string, message: Message): Json => {
  const { from, messageType, payload, validate } = message;
  const violations = messageType === undefined ? [] : messageViolations(messageType, payload, validate);
  if (violations.length > 0) throw invalidValue(violations);
  if (from === '') throw new DomainError('INVALID_REQUEST', 'a message needs a sender');
  if (isIdentityUpdate(entityType, messageType) && message.mayUpdateIdentity !== true)
    throw new DomainError('FORBIDDEN', 'only the server itself updates identities');
  if (payload === undefined) throw new DomainError('INVALID_REQUEST', 'a message needs a payload');
  return payload;
};
