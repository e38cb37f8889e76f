import { compileComparison } from './comparisons.js';
import type { Fields, SqlNode } from './parse-where.js';
import { InvalidWhere } from './where-error.js';
import { alike, as, constant, typeOf, type Operand, type OperandType, type SqlType } from './where-types.js';

/** The type of a column clients may ask about; undefined for others. */
export type WhereColumns = (name: string) => SqlType | undefined;

const CASTS: Readonly<Record<string, SqlType>> = {
  text: 'text',
  varchar: 'text',
  int2: 'int8',
  int4: 'int8',
  int8: 'int8',
  numeric: 'numeric',
  bool: 'bool',
  json: 'jsonb',
  jsonb: 'jsonb',
  timestamptz: 'timestamptz',
};

/** The texts of a list of `String` nodes. */
const namesOf = (nodes: unknown): readonly string[] =>
  (nodes as readonly { readonly String?: { readonly sval?: string } }[]).map(({ String: text }) => text?.sval ?? '');

const nodeOf = (fields: Fields, name: string): SqlNode => {
  const node = fields[name];
  if (typeof node !== 'object' || node === null) throw new InvalidWhere('"where" is not complete');
  return node as SqlNode;
};

const nodesOf = (fields: Fields, name: string): readonly SqlNode[] =>
  Array.isArray(fields[name]) ? (fields[name] as SqlNode[]) : [];

/** Turns a parsed condition into SQL of ours: what is not known here does not get through. */
export class WhereCompiler {
  constructor(
    private readonly columns: WhereColumns,
    private readonly params: Readonly<Record<string, string>>,
  ) {}

  /** @throws InvalidWhere */
  condition(node: SqlNode): Operand {
    return as('bool', this.operand(node));
  }

  operand(node: SqlNode): Operand {
    const [[kind, fields] = ['nothing', {}]] = Object.entries(node);
    switch (kind) {
      case 'ColumnRef':
        return this.column(fields);
      case 'A_Const':
        return literal(fields);
      case 'ParamRef':
        return this.parameter(fields);
      case 'TypeCast':
        return this.cast(fields);
      case 'BoolExpr':
        return this.logic(fields);
      case 'NullTest':
        return this.nullTest(fields);
      case 'BooleanTest':
        return this.booleanTest(fields);
      case 'A_Expr':
        return compileComparison(fields, {
          operand: (each) => this.operand(each),
          list: (each) => this.list(each),
        });
      case 'FuncCall':
        return this.call(fields);
      case 'CoalesceExpr':
        return this.coalesce(fields);
      default:
        throw new InvalidWhere(`"where" uses ${kind}, which is not supported`);
    }
  }

  /** `(a, b)`, `ARRAY[a, b]`, or a constant that holds an array. */
  list(node: SqlNode): readonly Operand[] | Operand {
    const items = node['List']?.['items'] ?? node['A_ArrayExpr']?.['elements'];
    return Array.isArray(items) ? (items as SqlNode[]).map((item) => this.operand(item)) : this.operand(node);
  }

  private column(fields: Fields): Operand {
    const names = namesOf(fields['fields']);
    const [name = ''] = names;
    const type = names.length === 1 ? this.columns(name) : undefined;
    if (type === undefined) throw new InvalidWhere(`there is no column "${names.join('.')}"`);
    return { type, sql: ({ column }) => column(name) };
  }

  private parameter({ number }: Fields): Operand {
    const value = this.params[String(number)];
    if (value === undefined) throw new InvalidWhere(`the parameter $${String(number)} is not given`);
    return constant(value, 'unknown');
  }

  private cast(fields: Fields): Operand {
    const target = fields['typeName'] as Fields;
    const name = namesOf(target['names']).at(-1) ?? '';
    const type = CASTS[name];
    const operand = this.operand(nodeOf(fields, 'arg'));
    if (type === undefined || target['arrayBounds'] !== undefined)
      throw new InvalidWhere(`a cast to ${name} is not supported`);
    if (operand.constant) return constant(operand.constant.value, type);
    if (operand.type === type) return operand;
    if (type !== 'text') throw new InvalidWhere('only constants can be cast, or anything to text');
    return { type, sql: (scope) => `(${operand.sql(scope)})::text` };
  }

  private logic(fields: Fields): Operand {
    const operands = nodesOf(fields, 'args').map((node) => this.condition(node));
    if (fields['boolop'] === 'NOT_EXPR')
      return { type: 'bool', sql: (scope) => `NOT (${operands[0]?.sql(scope) ?? ''})` };
    const word = fields['boolop'] === 'AND_EXPR' ? ' AND ' : ' OR ';
    return { type: 'bool', sql: (scope) => `(${operands.map(({ sql }) => sql(scope)).join(word)})` };
  }

  private nullTest(fields: Fields): Operand {
    const operand = this.operand(nodeOf(fields, 'arg'));
    const known = operand.type === 'unknown' ? as('text', operand) : operand;
    const word = fields['nulltesttype'] === 'IS_NOT_NULL' ? 'IS NOT NULL' : 'IS NULL';
    return { type: 'bool', sql: (scope) => `(${known.sql(scope)}) ${word}` };
  }

  private booleanTest(fields: Fields): Operand {
    const operand = this.condition(nodeOf(fields, 'arg'));
    const words = String(fields['booltesttype']).replaceAll('_', ' ');
    if (!/^IS (NOT )?(TRUE|FALSE|UNKNOWN)$/.test(words)) throw new InvalidWhere(`${words} is not supported`);
    return { type: 'bool', sql: (scope) => `(${operand.sql(scope)}) ${words}` };
  }

  private call(fields: Fields): Operand {
    const name = namesOf(fields['funcname']).at(-1) ?? '';
    const types: Readonly<Record<string, OperandType>> = { lower: 'text', upper: 'text', length: 'int8' };
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    const [node, ...others] = nodesOf(fields, 'args');
    if (type === undefined || node === undefined || others.length > 0)
      throw new InvalidWhere(`the function ${name} is not supported`);
    const arg = as('text', this.operand(node));
    return { type, sql: (scope) => `${name}(${arg.sql(scope)})` };
  }

  private coalesce(fields: Fields): Operand {
    const args = nodesOf(fields, 'args').map((node) => this.operand(node));
    const known = args.find(({ type }) => type !== 'unknown');
    const type = known ? typeOf(known) : 'text';
    const alikes = args.map((arg) => as(type, known ? alike(known, arg)[1] : arg));
    return { type, sql: (scope) => `coalesce(${alikes.map(({ sql }) => sql(scope)).join(', ')})` };
  }
}

const literal = (fields: Fields): Operand => {
  const { isnull, sval, ival, fval, boolval } = fields as Readonly<Record<string, Fields | boolean | undefined>>;
  const value = (holder: Fields | boolean | undefined, name: string): unknown =>
    typeof holder === 'object' ? holder[name] : undefined;
  if (isnull === true) return constant(null, 'unknown');
  if (sval !== undefined) return constant(asText(value(sval, 'sval') ?? ''), 'unknown');
  if (boolval !== undefined) return constant(value(boolval, 'boolval') === true ? 'true' : 'false', 'bool');
  if (ival !== undefined) return constant(asText(value(ival, 'ival') ?? 0), 'int8');
  if (fval !== undefined) return number(asText(value(fval, 'fval')));
  throw new InvalidWhere('a constant is not supported');
};

const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const number = (text: string): Operand => constant(text, /^-?\d{1,18}$/.test(text) ? 'int8' : 'numeric');
