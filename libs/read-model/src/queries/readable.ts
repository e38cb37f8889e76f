/** Whoever reads. `principal`: canonical URL; `kind`: of that principal. `bypass` sees everything. */
export interface RowReader {
  readonly principal: string;
  readonly kind: string;
  readonly bypass: boolean;
}

/** A condition with the values of its parameters, which follow those the statement has already. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const EVERYTHING: Condition = { sql: 'true', values: [] };

const placeholders = (parameters: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `$${String(parameters + index + 1)}`);

/** Who reads and when, as they stand in a statement: URL of the principal, all it is called in grants, and the instant. */
interface Reading {
  readonly url: string;
  readonly subjects: string;
  readonly instant: string;
}

/** Of `entity_grants` as g, those that let somebody read. */
export const grantsOf = ({ subjects, instant }: Omit<Reading, 'url'>): string =>
  `g.subject = ANY (${subjects}::text[]) AND g.permission IN ('read', 'manage')
    AND (g.expires_at IS NULL OR g.expires_at > ${instant}::bigint)`;

/**
 * Which entities a principal may read: its own, those with a grant of `read` or `manage`, and those below an ancestor
 * whose grant reaches its descendants. Everything is joined at read, since a mapper touches only rows of its own stream.
 * `entity`: alias of `entities`.
 */
export const readableIf = (entity: string, reading: Reading): string => {
  const matching = `g.tenant = ${entity}.tenant AND ${grantsOf(reading)}`;
  return `(${entity}.created_by = ${reading.url}
    OR EXISTS (SELECT 1 FROM entity_grants g WHERE ${matching} AND g.url = ${entity}.url)
    OR ${entity}.parent IS NOT NULL AND EXISTS (
      SELECT 1 FROM entity_grants g WHERE ${matching} AND g.descendants = 1 AND g.url = ANY (${entity}.ancestor_urls)))`;
};

/** The same with its values. `parameters`: how many the statement has so far; `now`: milliseconds since 1970. */
export const readableBy = (
  { principal, kind, bypass }: RowReader,
  { entity, parameters, now }: { readonly entity: string; readonly parameters: number; readonly now: number },
): Condition => {
  if (bypass) return EVERYTHING;
  const [url = '', subjects = '', instant = ''] = placeholders(parameters, 3);
  return { sql: readableIf(entity, { url, subjects, instant }), values: [principal, [principal, kind], now] };
};

/** Which entity types a principal may spawn or manage. `type`: alias of `entity_types`; the rest as of `readableBy`. */
export const usableBy = (
  { principal, kind, bypass }: RowReader,
  { type, parameters, now }: { readonly type: string; readonly parameters: number; readonly now: number },
): Condition => {
  if (bypass) return EVERYTHING;
  const [subjects, instant] = placeholders(parameters, 2);
  return {
    sql: `EXISTS (SELECT 1 FROM entity_type_grants g WHERE g.tenant = ${type}.tenant AND g.name = ${type}.name
      AND g.subject = ANY (${String(subjects)}::text[]) AND (g.expires_at IS NULL OR g.expires_at > ${String(instant)}::bigint))`,
    values: [[principal, kind], now],
  };
};
