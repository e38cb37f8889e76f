import { loadModule, parseSync } from 'libpg-query';
import { InvalidWhere } from './where-error.js';

/** A node of PostgreSQL's own parse tree: one key, its kind. */
export type SqlNode = Readonly<Record<string, Fields>>;
export type Fields = Readonly<Record<string, unknown>>;

const MAX_LENGTH = 4_096;
// Each level costs the parser and everybody after it some stack.
const MAX_NESTING = 200;
const NESTS = /[([]|\bnot\b|\bcase\b/gi;
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g;

let loaded: Promise<void> | undefined;

/** Resolves once `parseWhere` can be used. */
export const loadParser = (): Promise<void> => (loaded ??= loadModule());

const treeOf = (text: string): Fields => {
  try {
    return parseSync(`SELECT 1 WHERE ${text}`) as Fields;
  } catch (error) {
    throw new InvalidWhere(`"where" cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
};

// What a SELECT without anything but a condition consists of.
const EXPECTED = new Set(['targetList', 'whereClause', 'limitOption', 'op', 'groupClause_empty']);

const statementsOf = ({ stmts }: Fields): readonly Fields[] => (Array.isArray(stmts) ? (stmts as Fields[]) : []);

/** The condition and nothing else. @throws InvalidWhere */
export const parseWhere = (text: string): SqlNode => {
  if (text.length > MAX_LENGTH) throw new InvalidWhere(`"where" is longer than ${String(MAX_LENGTH)} characters`);
  const code = text.replace(QUOTED, "''");
  if (/--|\/\*|;/.test(code)) throw new InvalidWhere('"where" holds a comment or the end of a statement');
  if ((code.match(NESTS)?.length ?? 0) > MAX_NESTING) throw new InvalidWhere('"where" is too complex');
  const [statement, ...others] = statementsOf(treeOf(text));
  const select = (statement?.['stmt'] as { readonly SelectStmt?: Fields } | undefined)?.SelectStmt;
  const condition = select?.['whereClause'] as SqlNode | undefined;
  if (!select || !condition || others.length > 0 || Object.keys(select).some((key) => !EXPECTED.has(key)))
    throw new InvalidWhere('"where" is more than a condition');
  return condition;
};
