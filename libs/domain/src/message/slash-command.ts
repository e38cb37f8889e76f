import { isObject } from '../kernel/is-object.js';
import type { Json } from '../kernel/stream-item.js';
import type { Violation } from '../kernel/validation.js';

export type SlashCommand = {
  readonly name: string;
  readonly description?: string;
  readonly arguments?: readonly SlashCommandArgument[];
};

export type SlashCommandArgument = {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
  readonly required?: boolean;
  readonly description?: string;
};

const COMMAND_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const ARGUMENT_NAME = /^[a-z][a-zA-Z0-9_]*$/;
const ARGUMENT_TYPES: readonly (Json | undefined)[] = ['string', 'number', 'boolean'];

export const isCommandName = (name: Json | undefined): boolean => typeof name === 'string' && COMMAND_NAME.test(name);

const isOptional = (value: Json | undefined, type: 'string' | 'boolean'): boolean =>
  value === undefined || typeof value === type;

interface Named {
  readonly path: string;
  readonly value: Json;
  /** Another one before it has the same name. */
  readonly repeated: boolean;
}

const named = (list: readonly Json[], path: string): Named[] => {
  const seen = new Set<Json>();
  return list.map((value, index) => {
    const name = isObject(value) ? value['name'] : undefined;
    const repeated = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    return { path: `${path}/${String(index)}`, value, repeated };
  });
};

const broken = (rules: readonly (readonly [ok: boolean, path: string, message: string])[]): Violation[] =>
  rules.filter(([ok]) => !ok).map(([, path, message]) => ({ path, message }));

const argumentViolations = ({ path, value, repeated }: Named): Violation[] => {
  if (!isObject(value)) return [{ path, message: 'must be object' }];
  const { name, type, required, description } = value;
  return broken([
    [typeof name === 'string' && ARGUMENT_NAME.test(name), `${path}/name`, `must match ${ARGUMENT_NAME.source}`],
    [!repeated, `${path}/name`, 'must be unique in its command'],
    [ARGUMENT_TYPES.includes(type), `${path}/type`, 'must be string, number or boolean'],
    [isOptional(required, 'boolean'), `${path}/required`, 'must be boolean'],
    [isOptional(description, 'string'), `${path}/description`, 'must be string'],
  ]);
};

const commandViolations = ({ path, value, repeated }: Named): Violation[] => {
  if (!isObject(value)) return [{ path, message: 'must be object' }];
  const { name, description, arguments: list } = value;
  const found = broken([
    [isCommandName(name), `${path}/name`, `must match ${COMMAND_NAME.source}`],
    [!repeated, `${path}/name`, 'must be unique'],
    [isOptional(description, 'string'), `${path}/description`, 'must be string'],
    [list === undefined || Array.isArray(list), `${path}/arguments`, 'must be array'],
  ]);
  if (!Array.isArray(list)) return found;
  return [...found, ...named(list as readonly Json[], `${path}/arguments`).flatMap(argumentViolations)];
};

/** Every broken rule of the slash commands of a type, as pointers into its registration. */
export const slashCommandViolations = (commands: readonly Json[]): readonly Violation[] =>
  named(commands, '/slash_commands').flatMap(commandViolations);
