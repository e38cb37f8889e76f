import { ValidateIf } from 'class-validator';

/** May be absent; `null` is a value and is checked. */
export const Optional = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);
