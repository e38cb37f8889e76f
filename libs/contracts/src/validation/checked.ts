import { registerDecorator } from 'class-validator';
import type { Violation } from '../errors/api-error.js';

/** What is wrong inside a value, with pointers relative to it (empty: the value itself), in the words and the order of Ajv. */
export type Check = (value: unknown) => readonly Violation[];

/** JSON without `$`: in messages of class-validator `$value` and the like stand for something else. */
const written = (violations: readonly Violation[]): string => JSON.stringify(violations).replaceAll('$', '\\u0024');

/** Name of the constraint whose message is the JSON of its violations; see `readChecked`. */
export const CHECKED = 'checked';

/** Validates a property by a function, for what decorators cannot say: maps, unions, values nested in them. */
export const Checked =
  (check: Check): PropertyDecorator =>
  (target, propertyKey) => {
    const propertyName = String(propertyKey);
    registerDecorator({
      name: CHECKED,
      target: target.constructor,
      propertyName,
      validator: {
        validate: (value: unknown) => check(value).length === 0,
        defaultMessage: (args) => written(check(args?.value)),
      },
    });
  };

/** The inverse of the message format above. */
export const readChecked = (text: string): readonly Violation[] => JSON.parse(text) as readonly Violation[];
