import { InvalidWhere } from './where-error.js';

/** Types of the columns of shapes, and those that operators make of them. */
export type SqlType = 'text' | 'int4' | 'int8' | 'numeric' | 'bool' | 'jsonb' | 'timestamptz';

/** A constant whose type is what it is compared with, as in SQL. */
export type OperandType = SqlType | 'unknown';

/** How a part of a condition becomes SQL: clients' values only ever become parameters. */
export interface SqlScope {
  /** SQL of a column. */
  readonly column: (name: string) => string;
  /** SQL of a parameter with this value. */
  readonly param: (value: string | null) => string;
}

export interface Operand {
  readonly type: OperandType;
  /** Set for constants. */
  readonly constant?: { readonly value: string | null };
  readonly sql: (scope: SqlScope) => string;
}

const INTEGER = /^-?\d{1,18}$/;
const NUMBER = /^-?\d{1,100}(\.\d{1,100})?([eE][+-]?\d{1,2})?$/;
const BOOLEAN = /^(t|true|f|false)$/i;

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const VALID: Readonly<Record<SqlType, (text: string) => boolean>> = {
  text: () => true,
  int4: (text) => INTEGER.test(text),
  int8: (text) => INTEGER.test(text),
  numeric: (text) => NUMBER.test(text),
  bool: (text) => BOOLEAN.test(text),
  jsonb: isJson,
  timestamptz: (text) => !Number.isNaN(Date.parse(text)),
};

/** What Postgres text cannot hold. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** A constant of a type. Integers are taken as the wider type, which compares with both. */
export const constant = (value: string | null, type: OperandType): Operand => {
  if (value !== null && UNSTORABLE.test(value))
    throw new InvalidWhere('a value contains a NUL character or half a pair');
  if (type === 'unknown') return { type, constant: { value }, sql: () => unresolved() };
  if (value !== null && !VALID[type](value)) throw new InvalidWhere(`"${shortened(value)}" is no ${type}`);
  const wide = type === 'int4' ? 'int8' : type;
  return { type: wide, constant: { value }, sql: ({ param }) => `${param(value)}::text::${wide}` };
};

const unresolved = (): never => {
  throw new InvalidWhere('a constant has no type here');
};

export const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const NUMBERS: readonly OperandType[] = ['int4', 'int8', 'numeric'];

export const isNumber = (type: OperandType): boolean => NUMBERS.includes(type);

/** The operand as this type. @throws InvalidWhere when it is of another one */
export const as = (type: SqlType, operand: Operand): Operand => {
  if (operand.type === 'unknown') return constant(operand.constant?.value ?? null, type);
  if (operand.type === type || (isNumber(type) && isNumber(operand.type))) return operand;
  throw new InvalidWhere(`${operand.type} is used where ${type} is needed`);
};

/** Both as one type. */
export const alike = (left: Operand, right: Operand): readonly [Operand, Operand] => {
  if (left.type === 'unknown' && right.type === 'unknown') return [as('text', left), as('text', right)];
  if (left.type === 'unknown') return [as(typeOf(right), left), right];
  return [left, as(typeOf(left), right)];
};

export const typeOf = ({ type }: Operand): SqlType => (type === 'unknown' ? 'text' : type);
