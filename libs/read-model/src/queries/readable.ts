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
  readonly tenant: string;
  readonly url: string;
  readonly subjects: string;
  readonly instant: string;
}

/** Of `entity_grants` as g, those that let somebody read. */
export const grantsOf = ({ tenant, subjects, instant }: Omit<Reading, 'url'>): string =>
  `g.tenant = ${tenant} AND g.subject = ANY (${subjects}::text[]) AND g.permission IN ('read', 'manage')
    AND (g.expires_at IS NULL OR g.expires_at > ${instant}::bigint)`;

/** The same of those that reach the descendants of their entity. */
export const reachingGrantsOf = (reading: Omit<Reading, 'url'>): string => `${grantsOf(reading)} AND g.descendants = 1`;

// So many are compared with the ancestors of a row sooner than a grant is looked up.
const FEW_ROOTS = 64;

/**
 * Which entities a principal may read: its own, those with a grant of `read` or `manage`, and those below an ancestor
 * whose grant reaches its descendants; these are joined at read, since a mapper touches only rows of its own stream.
 * Most rows tell by themselves who their readers are. `entity`: alias of `entities`.
 */
export const readableIf = (entity: string, reading: Reading): string => {
  const { url, subjects } = reading;
  const reaching = reachingGrantsOf(reading);
  const roots = `(SELECT ARRAY (SELECT g.url FROM entity_grants g WHERE ${reaching} LIMIT ${String(FEW_ROOTS + 1)}))`;
  return `(${entity}.created_by = ${url}
    OR ${entity}.readers && ${subjects}::text[]
    OR ${entity}.readers IS NULL
      AND EXISTS (SELECT 1 FROM entity_grants g WHERE ${grantsOf(reading)} AND g.url = ${entity}.url)
    OR ${entity}.parent IS NOT NULL AND CASE WHEN cardinality(${roots}) <= ${String(FEW_ROOTS)}
      THEN ${entity}.ancestor_urls && ${roots}
      ELSE EXISTS (SELECT 1 FROM entity_grants g WHERE ${reaching} AND g.url = ANY (${entity}.ancestor_urls)) END)`;
};

/**
 * SQL of all who may read an entity, as grants call them, parted by spaces; some come twice. What `readableIf` says of one
 * reader, of all of them at once.
 */
export const readersOfRow = (entity: string, instant: string): string => {
  const granted = `SELECT g.subject FROM entity_grants g WHERE g.tenant = ${entity}.tenant AND g.permission IN ('read', 'manage')
    AND (g.expires_at IS NULL OR g.expires_at > ${instant}::bigint)`;
  return `array_to_string(ARRAY[${entity}.created_by] || ${entity}.readers
    || CASE WHEN ${entity}.readers IS NULL THEN ARRAY (${granted} AND g.url = ${entity}.url) END
    || CASE WHEN ${entity}.parent IS NOT NULL
      THEN ARRAY (${granted} AND g.descendants = 1 AND g.url = ANY (${entity}.ancestor_urls)) END, ' ')`;
};

/** The same of those who may spawn or manage a type. */
export const usersOfRow = (type: string, instant: string): string =>
  `array_to_string(ARRAY (SELECT g.subject FROM entity_type_grants g WHERE g.tenant = ${type}.tenant AND g.name = ${type}.name
    AND (g.expires_at IS NULL OR g.expires_at > ${instant}::bigint)), ' ')`;

interface Place {
  /** How many the statement has so far. */
  readonly parameters: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The same with its values. */
export const readableBy = (
  { principal, kind, bypass }: RowReader,
  { entity, tenant, parameters, now }: Place & { readonly entity: string; readonly tenant: string },
): Condition => {
  if (bypass) return EVERYTHING;
  const [own = '', url = '', subjects = '', instant = ''] = placeholders(parameters, 4);
  return {
    sql: readableIf(entity, { tenant: own, url, subjects, instant }),
    values: [tenant, principal, [principal, kind], now],
  };
};

/** Which entity types a principal may spawn or manage. `type`: alias of `entity_types`. */
export const usableBy = (
  { principal, kind, bypass }: RowReader,
  { type, parameters, now }: Place & { readonly type: string },
): Condition => {
  if (bypass) return EVERYTHING;
  const [subjects, instant] = placeholders(parameters, 2);
  return {
    sql: `EXISTS (SELECT 1 FROM entity_type_grants g WHERE g.tenant = ${type}.tenant AND g.name = ${type}.name
      AND g.subject = ANY (${String(subjects)}::text[]) AND (g.expires_at IS NULL OR g.expires_at > ${String(instant)}::bigint))`,
    values: [[principal, kind], now],
  };
};
