import { DomainError } from '../../kernel/domain-error.js';
import type { Json } from '../../kernel/stream-item.js';
import type { Validate } from '../../kernel/validation.js';
import { invalidValue } from './message-rules.js';

/** `value` undefined is not looked at, but its type must be declared. */
export const checkEventValue = (type: string, value: Json | undefined, validate: Validate): void => {
  const verdict = validate('state', type, value);
  if (verdict === 'unknown') throw new DomainError('UNKNOWN_EVENT_TYPE', `the entity declares no event type "${type}"`);
  if (verdict.length > 0) throw invalidValue(verdict);
};
