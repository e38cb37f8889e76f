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

const one = (property: string, constraint: string, message: string): Violation => {
  if (constraint === CHECKED) {
    const { path, message: inner } = readChecked(message);
    return { path: pointer(property) + path, message: inner };
  }
  return { path: pointer(property), message: text(constraint, message) };
};

/** What is wrong with one member; a missing or unknown one is a fault of the object around it. */
const ofMember = ({ property, constraints = {} }: ValidationError): readonly Violation[] => {
  if (Object.hasOwn(constraints, UNKNOWN)) return [{ path: '/', message: 'must NOT have additional properties' }];
  if (Object.hasOwn(constraints, MISSING)) return [{ path: '/', message: `must have required property '${property}'` }];
  return Object.entries(constraints).map(([constraint, message]) => one(property, constraint, message));
};

export const violationsOf = (errors: readonly ValidationError[]): readonly Violation[] => errors.flatMap(ofMember);
