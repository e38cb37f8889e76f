import type { ValidationError } from 'class-validator';
import { CHECKED, readChecked, type Violation } from '@app/contracts';

/** class-validator constraints in the words of Ajv, which the contract prescribes. */
const TEXTS: Readonly<Record<string, string>> = {
  isString: 'must be string',
  isBoolean: 'must be boolean',
  isInt: 'must be integer',
  isNumber: 'must be number',
  isObject: 'must be object',
  isArray: 'must be array',
  isIn: 'must be equal to one of the allowed values',
  isNotEmpty: 'must NOT have fewer than 1 characters',
};

// What Ajv asks of values of one type only; of any other the type is the fault.
const TYPED: Readonly<Record<string, string>> = {
  isNotEmpty: 'string',
  maxLength: 'string',
  min: 'number',
  max: 'number',
};

const MISSING = 'isDefined';
const UNKNOWN = 'whitelistValidation';

// "leaseMs must not be less than 1000"
const BOUND = /(\d+)$/;

const pointer = (property: string): string => `/${property.replace(/~/g, '~0').replace(/\//g, '~1')}`;

const text = (constraint: string, message: string): string => {
  const bound = BOUND.exec(message)?.[1] ?? '';
  if (constraint === 'min') return `must be >= ${bound}`;
  if (constraint === 'max') return `must be <= ${bound}`;
  if (constraint === 'maxLength') return `must NOT have more than ${/\d+/.exec(message)?.[0] ?? ''} characters`;
  return TEXTS[constraint] ?? message;
};

const one = (property: string, constraint: string, message: string): readonly Violation[] => {
  if (constraint !== CHECKED) return [{ path: pointer(property), message: text(constraint, message) }];
  return readChecked(message).map((inner) => ({ path: pointer(property) + inner.path, message: inner.message }));
};

/** What is wrong with one member; a missing or unknown one is a fault of the object around it. `null` is a value. */
const ofMember = ({ property, value, constraints = {} }: ValidationError): readonly Violation[] => {
  if (Object.hasOwn(constraints, UNKNOWN)) return [{ path: '/', message: 'must NOT have additional properties' }];
  if (value === undefined) return [{ path: '/', message: `must have required property '${property}'` }];
  return Object.entries(constraints)
    .filter(([constraint]) => constraint !== MISSING && (TYPED[constraint] ?? typeof value) === typeof value)
    .flatMap(([constraint, message]) => one(property, constraint, message));
};

export const violationsOf = (errors: readonly ValidationError[]): readonly Violation[] => errors.flatMap(ofMember);
