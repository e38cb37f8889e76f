import { encodeText } from '@app/projections';

/** Exact matches; a value nothing has gives an empty list. */
export interface EntityFilters {
  readonly type?: string;
  readonly status?: string;
  readonly parent?: string;
  readonly createdBy?: string;
  /** All of them. */
  readonly tags?: readonly (readonly [key: string, value: string])[];
}

/** How a value stands in a statement; `number`: of its parameter. */
export type Placeholder = (number: number, value: unknown) => string;

/** As what it is: PostgreSQL looks at it when it plans, so it plans anew for others. */
export const AS_IT_IS: Placeholder = (number) => `$${String(number)}`;

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'text[]';
  return typeof value === 'number' ? 'bigint' : 'text';
};

/**
 * As something that is not known yet. A plan made for one value is then no better than one made for all, so PostgreSQL stops
 * planning, which for a page of a list takes it as long as finding that page.
 */
export const UNKNOWN: Placeholder = (number, value) => `(SELECT $${String(number)}::${typeOf(value)})`;

/** The values of a statement, in the order of their numbers. */
export class Values {
  private readonly list: unknown[] = [];

  /** `first`: number of the first one. */
  constructor(
    private readonly first: number,
    private readonly placeholder = AS_IT_IS,
  ) {}

  get all(): readonly unknown[] {
    return this.list;
  }

  /** @returns how it stands in the statement */
  add(value: unknown): string {
    this.list.push(value);
    return this.placeholder(this.first + this.list.length - 1, value);
  }
}

const COLUMNS = { type: 'type', status: 'status', parent: 'parent', createdBy: 'created_by' } as const;

export interface EntitySource {
  /** `entities` as e, and `entity_tags` as t when a tag is asked for. */
  readonly from: string;
  readonly conditions: readonly string[];
  /** Where the creation time and the URL are read, so that one index has them. */
  readonly ordered: 'e' | 't';
}

/**
 * `by`: where the rows come from, the index of tags when there are any, or `entities` alone. Undefined: no row can match, and
 * PostgreSQL would refuse to compare.
 */
export const entitySource = (
  tenant: string,
  filters: EntityFilters,
  values: Values,
  by: 'index' | 'entities',
): EntitySource | undefined => {
  const own = values.add(tenant);
  const conditions: string[] = [];
  const tagged = (filters.tags ?? []).map(([key, value]) => ({ key: encodeText(key), value: encodeText(value) }));
  const first = by === 'index' ? tagged.shift() : undefined;
  for (const name of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
    const wanted = filters[name];
    if (wanted === undefined) continue;
    if (wanted.includes('\0')) return undefined;
    // The index of tags has it, too; said twice, the planner takes it for twice as rare.
    if (name === 'type' && first) continue;
    conditions.push(`e.${COLUMNS[name]} = ${values.add(wanted)}`);
  }
  for (const { key, value } of tagged)
    conditions.push(`EXISTS (SELECT 1 FROM entity_tags o
      WHERE o.tenant = ${own} AND o.url = e.url AND o.key = ${values.add(key)} AND o.value = ${values.add(value)})`);
  if (first === undefined)
    return { from: 'entities e', conditions: [`e.tenant = ${own}`, ...conditions], ordered: 'e' };
  const [key, value] = [values.add(first.key), values.add(first.value)];
  const hash = `hashtextextended(${key}::text || ${value}::text, 0)`;
  conditions.push(`t.tenant = ${own}`, `hashtextextended(t.key || t.value, 0) = ${hash}`);
  // Different tags may have one hash. Written like this the planner does not count it as rarer for that.
  conditions.push(`CASE WHEN t.key = ${key} AND t.value = ${value} THEN true ELSE false END`);
  if (filters.type !== undefined) conditions.push(`split_part(t.url, '/', 2) = ${values.add(filters.type)}`);
  const from = 'entity_tags t JOIN entities e ON e.tenant = t.tenant AND e.url = t.url';
  return { from, conditions, ordered: 't' };
};
