import { validateSync } from 'class-validator';
import { ApiError, isMembers, type Violation } from '@app/contracts';
import { assertStorable, parseJsonBody } from '../http/json-body.js';
import { violationsOf } from './violations.js';

/** A DTO class; a strict one refuses fields it does not know. */
export interface DtoClass<T extends object> {
  new (): T;
  readonly strict?: boolean;
}

export const refuse = (violations: readonly Violation[]): ApiError =>
  new ApiError('INVALID_REQUEST', 'the body does not have the form this route expects', violations);

// class-validator finds the rules by it: a member of this name would hide them. No DTO has one.
const CLASS = 'constructor';

/**
 * Members are copied by hand: class-transformer walks into schemas and breaks on properties called `constructor`, and an
 * assignment to `__proto__` would change the class.
 */
const instance = <T extends object>(type: DtoClass<T>, members: Readonly<Record<string, unknown>>): T => {
  const dto = new type();
  for (const [key, value] of Object.entries(members))
    if (key !== CLASS) Object.defineProperty(dto, key, { value, enumerable: true, writable: true, configurable: true });
  return dto;
};

const UNKNOWN_FIELD: Violation = { path: '/', message: 'must NOT have additional properties' };

/** @throws ApiError listing every violation */
export const toDto = <T extends object>(type: DtoClass<T>, value: unknown): T => {
  if (!isMembers(value)) throw refuse([{ path: '/', message: 'must be object' }]);
  const dto = instance(type, value);
  const strict = type.strict === true;
  const errors = validateSync(dto, { whitelist: true, forbidNonWhitelisted: strict, forbidUnknownValues: false });
  const hidden = strict && Object.hasOwn(value, CLASS) ? [UNKNOWN_FIELD] : [];
  if (errors.length + hidden.length > 0) throw refuse([...violationsOf(errors), ...hidden]);
  return dto;
};

/** The body of a request of the control plane. */
export const readDto = <T extends object>(type: DtoClass<T>, body: Buffer | undefined): T => {
  const value = parseJsonBody(body);
  if (body !== undefined) assertStorable(body, value);
  return toDto(type, value);
};
