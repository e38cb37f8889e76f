import { registerDecorator } from 'class-validator';
import type { Violation } from '../errors/api-error.js';

/** The first violation inside a value, with a pointer relative to it (empty: the value itself). */
export type Check = (value: unknown) => Violation | undefined;

/** Name of the constraint whose message is `{pointer} {text}`; see `readChecked`. */
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
        validate: (value: unknown) => check(value) === undefined,
        defaultMessage: (args) => {
          const { path = '', message = 'is invalid' } = check(args?.value) ?? {};
          return `${path} ${message}`;
        },
      },
    });
  };

/** The inverse of the message format above. */
export const readChecked = (text: string): Violation => {
  const space = text.indexOf(' ');
  return { path: text.slice(0, space), message: text.slice(space + 1) };
};
