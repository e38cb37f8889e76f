import { encodeText } from '@app/projections';
import type { Condition } from './readable.js';

/** Exact matches; a value nothing has gives an empty list. */
export interface EntityFilters {
  readonly type?: string;
  readonly status?: string;
  readonly parent?: string;
  readonly createdBy?: string;
  /** All of them. */
  readonly tags?: readonly (readonly [key: string, value: string])[];
}

/** The values of a statement, in the order of their numbers. */
export class Values {
  private readonly list: unknown[] = [];

  /** `first`: number of the first one. */
  constructor(private readonly first: number) {}

  get all(): readonly unknown[] {
    return this.list;
  }

  /** Number of the last one so far. */
  get last(): number {
    return this.first + this.list.length - 1;
  }

  /** Of a condition that counts on from the last one. @returns its text */
  condition({ sql, values }: Condition): string {
    this.list.push(...values);
    return sql;
  }

  /** @returns the placeholder */
  add(value: unknown): string {
    this.list.push(value);
    return `$${String(this.first + this.list.length - 1)}`;
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

/** Undefined: no row can match, and PostgreSQL would refuse to compare. */
export const entitySource = (tenant: string, filters: EntityFilters, values: Values): EntitySource | undefined => {
  const own = values.add(tenant);
  const conditions: string[] = [];
  const [tag] = filters.tags ?? [];
  for (const name of Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]) {
    const wanted = filters[name];
    if (wanted === undefined) continue;
    if (wanted.includes('\0')) return undefined;
    // The index of tags has it, too; said twice, the planner takes it for twice as rare.
    if (name === 'type' && tag) continue;
    conditions.push(`e.${COLUMNS[name]} = ${values.add(wanted)}`);
  }
  const [first, ...others] = (filters.tags ?? []).map(([key, value]) => ({
    key: values.add(encodeText(key)),
    value: values.add(encodeText(value)),
  }));
  for (const { key, value } of others)
    conditions.push(`EXISTS (SELECT 1 FROM entity_tags o
      WHERE o.tenant = ${own} AND o.url = e.url AND o.key = ${key} AND o.value = ${value})`);
  if (first === undefined)
    return { from: 'entities e', conditions: [`e.tenant = ${own}`, ...conditions], ordered: 'e' };
  const { key, value } = first;
  const hash = `hashtextextended(${key}::text || ${value}::text, 0)`;
  conditions.push(`t.tenant = ${own}`, `hashtextextended(t.key || t.value, 0) = ${hash}`);
  // Different tags may have one hash. Written like this the planner does not count it as rarer for that.
  conditions.push(`CASE WHEN t.key = ${key} AND t.value = ${value} THEN true ELSE false END`);
  if (filters.type !== undefined) conditions.push(`split_part(t.url, '/', 2) = ${values.add(filters.type)}`);
  const from = 'entity_tags t JOIN entities e ON e.tenant = t.tenant AND e.url = t.url';
  return { from, conditions, ordered: 't' };
};
