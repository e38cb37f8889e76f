import type { Entity, Schema, Schemas, State, TypeFields } from './state.js';

interface Violation {
  readonly path: string;
  readonly message: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All violations, as Ajv words them. */
export const violations = (schema: Schema, value: unknown): readonly Violation[] => {
  if (!isObject(value)) return schema.type === 'object' ? [{ path: '/', message: 'must be object' }] : [];
  const missing = (schema.required ?? [])
    .filter((name) => value[name] === undefined)
    .map((name) => ({ path: '/', message: `must have required property '${name}'` }));
  const wrong = Object.entries(schema.properties ?? {})
    .filter(([name, { type }]) => value[name] !== undefined && typeof value[name] !== type)
    .map(([name, { type }]) => ({ path: `/${name}`, message: `must be ${type}` }));
  return [...missing, ...wrong];
};

const merged = (atSpawn: Schemas | undefined, now: Schemas | undefined): Schemas | undefined =>
  atSpawn && now ? { ...atSpawn, ...now } : (now ?? atSpawn);

/** The schemas at the spawn, and over them those of the type as it is now (11.2). Undefined: anything is accepted. */
export const schemasOf = (
  { types }: State,
  { type, atSpawn }: Entity,
): Pick<TypeFields, 'inbox_schemas' | 'state_schemas'> => ({
  inbox_schemas: merged(atSpawn.inbox_schemas, types[type]?.inbox_schemas),
  state_schemas: merged(atSpawn.state_schemas, types[type]?.state_schemas),
});
