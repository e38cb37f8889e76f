import type { Fields, SqlNode } from './parse-where.js';
import { InvalidWhere } from './where-error.js';
import { alike, as, constant, isNumber, shortened, typeOf, type Operand, type SqlType } from './where-types.js';

export interface Operands {
  readonly operand: (node: SqlNode) => Operand;
  readonly list: (node: SqlNode) => readonly Operand[] | Operand;
}

type Build = (operator: string, left: Operand, right: Operand) => Operand;

const bool = (sql: Operand['sql']): Operand => ({ type: 'bool', sql });

const infix =
  (operator: string, type: SqlType) =>
  (left: Operand, right: Operand): Operand => ({
    type,
    sql: (scope) => `(${left.sql(scope)}) ${operator} (${right.sql(scope)})`,
  });

const equality: Build = (operator, left, right) => infix(operator, 'bool')(...alike(left, right));

const order: Build = (operator, left, right) => {
  const [a, b] = alike(left, right);
  if (a.type === 'jsonb' || b.type === 'jsonb') throw new InvalidWhere(`jsonb has no ${operator}`);
  return infix(operator, 'bool')(a, b);
};

/** A pattern is a constant: one that is not well-formed would be an error of some rows only. */
const like: Build = (operator, left, right) => {
  const pattern = as('text', right);
  const value = pattern.constant?.value;
  if (value === undefined) throw new InvalidWhere('a pattern must be a constant');
  if (value !== null && /(^|[^\\])(\\\\)*\\$/.test(value))
    throw new InvalidWhere(`the pattern "${shortened(value)}" ends with a backslash`);
  return infix(operator, 'bool')(as('text', left), pattern);
};

const member =
  (type: SqlType): Build =>
  (operator, left, right) =>
    infix(operator, type)(as('jsonb', left), isNumber(right.type) ? int4(right) : as('text', right));

// Positions in arrays are narrow integers for PostgreSQL.
const int4 = (operand: Operand): Operand => ({ type: 'int4', sql: (scope) => `(${operand.sql(scope)})::int4` });

const contains: Build = (operator, left, right) => infix(operator, 'bool')(as('jsonb', left), as('jsonb', right));

const has: Build = (operator, left, right) => infix(operator, 'bool')(as('jsonb', left), as('text', right));

/** Operators by the names the parser gives them. */
const OPERATORS: Readonly<Record<string, Build>> = {
  '=': equality,
  '<>': equality,
  '<': order,
  '<=': order,
  '>': order,
  '>=': order,
  '~~': like,
  '!~~': like,
  '~~*': like,
  '!~~*': like,
  '->': member('jsonb'),
  '->>': member('text'),
  '@>': contains,
  '<@': contains,
  '?': has,
};

const nameOf = ({ name }: Fields): string => {
  const names = name as readonly { readonly String?: { readonly sval?: string } }[] | undefined;
  return names?.length === 1 ? (names[0]?.String?.sval ?? '') : '';
};

const build = (operator: string): Build => {
  const found = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!found) throw new InvalidWhere(`the operator ${operator} is not supported`);
  return found;
};

const joined = (word: string, parts: readonly Operand[]): Operand =>
  bool((scope) => `(${parts.map(({ sql }) => sql(scope)).join(word)})`);

const listOf = (given: readonly Operand[] | Operand): readonly Operand[] => {
  if (!('sql' in given)) return given;
  const value = given.constant?.value;
  if (typeof value !== 'string') throw new InvalidWhere('a list must be a constant');
  return arrayItems(value).map((item) => constant(item, 'unknown'));
};

const MAX_ITEMS = 1_000;
const ITEM = /\s*(?:"((?:[^"\\]|\\.)*)"|([^",{}\s\\](?:[^",{}\\]*[^",{}\s\\])?))\s*(,|$)/gy;

/** `{a,"b c",NULL}`, the text form of an array of one dimension. */
const arrayItems = (text: string): readonly (string | null)[] => {
  const inside = /^\s*\{([^]*)\}\s*$/.exec(text)?.[1];
  if (inside === undefined) throw new InvalidWhere(`"${shortened(text)}" is no array`);
  if (inside.trim() === '') return [];
  const items: (string | null)[] = [];
  let end = 0;
  let more = true;
  for (const [whole, quoted, bare, comma] of inside.matchAll(ITEM)) {
    items.push(quoted === undefined ? (bare?.toUpperCase() === 'NULL' ? null : (bare ?? null)) : unescaped(quoted));
    end += whole.length;
    more = comma === ',';
    if (!more) break;
  }
  if (end !== inside.length || more) throw new InvalidWhere(`"${shortened(text)}" is no array`);
  return items;
};

const unescaped = (quoted: string): string => quoted.replace(/\\(.)/gs, '$1');

/** `left operator ANY|ALL (list)`, as the comparisons it stands for. */
const quantified = (operator: string, left: Operand, items: readonly Operand[], word: ' OR ' | ' AND '): Operand => {
  if (items.length > MAX_ITEMS) throw new InvalidWhere(`a list has more than ${String(MAX_ITEMS)} items`);
  if (items.length === 0) return bool(() => (word === ' OR ' ? 'false' : 'true'));
  return joined(
    word,
    items.map((item) => build(operator)(operator, left, item)),
  );
};

const between = (left: Operand, bounds: readonly Operand[]): Operand => {
  const [low, high] = bounds;
  if (!low || !high) throw new InvalidWhere('BETWEEN needs two bounds');
  return joined(' AND ', [order('>=', left, low), order('<=', left, high)]);
};

const not = (operand: Operand): Operand => bool((scope) => `NOT (${operand.sql(scope)})`);

const distinct = (word: string, left: Operand, right: Operand): Operand => {
  const [a, b] = alike(left, right);
  return bool((scope) => `(${a.sql(scope)}) IS ${word}DISTINCT FROM (${b.sql(scope)})`);
};

/** Comparisons and other infix operators. @throws InvalidWhere */
export const compileComparison = (fields: Fields, { operand, list }: Operands): Operand => {
  if (fields['lexpr'] === undefined) return negative(operand(fields['rexpr'] as SqlNode), nameOf(fields));
  const left = operand(fields['lexpr'] as SqlNode);
  const right = fields['rexpr'] as SqlNode;
  const operator = nameOf(fields);
  switch (fields['kind']) {
    case 'AEXPR_OP':
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      return build(operator)(operator, left, operand(right));
    case 'AEXPR_IN':
      return quantified(operator, left, listOf(list(right)), operator === '=' ? ' OR ' : ' AND ');
    case 'AEXPR_OP_ANY':
      return quantified(operator, left, listOf(list(right)), ' OR ');
    case 'AEXPR_OP_ALL':
      return quantified(operator, left, listOf(list(right)), ' AND ');
    case 'AEXPR_BETWEEN':
      return between(left, listOf(list(right)));
    case 'AEXPR_NOT_BETWEEN':
      return not(between(left, listOf(list(right))));
    case 'AEXPR_DISTINCT':
      return distinct('', left, operand(right));
    case 'AEXPR_NOT_DISTINCT':
      return distinct('NOT ', left, operand(right));
    default:
      throw new InvalidWhere(`${String(fields['kind'])} is not supported`);
  }
};

const negative = (operand: Operand, operator: string): Operand => {
  const value = operand.constant?.value;
  if (operator !== '-' || !isNumber(operand.type) || typeof value !== 'string')
    throw new InvalidWhere(`${operator} is not supported before a value`);
  return constant(value.startsWith('-') ? value.slice(1) : `-${value}`, typeOf(operand));
};
