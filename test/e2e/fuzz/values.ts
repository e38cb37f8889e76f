import fc from 'fast-check';
import type { Chance } from '@app/testing/chance.js';
import { resolved, type ApiDocument, type Schema } from './document.js';

type Values = fc.Arbitrary<unknown>;

const DAYS_MS = 86_400_000;
const SHORT = 20;

const text = ({ minLength = 0, maxLength = SHORT, format, example }: Schema): Values => {
  if (format === 'date-time')
    return fc.integer({ min: 1, max: 1_000 }).map((days) => new Date(Date.now() + days * DAYS_MS).toISOString());
  if (format === 'uuid') return fc.uuid();
  const any = fc.string({ minLength: Number(minLength), maxLength: Math.min(Number(maxLength), SHORT) });
  return typeof example === 'string' ? fc.oneof(any, fc.constant(example)) : any;
};

const listOf = (value: unknown): readonly Schema[] => (Array.isArray(value) ? (value as readonly Schema[]) : []);

const record = (document: ApiDocument, { properties = {}, required, additionalProperties }: Schema): Values => {
  const fields = Object.entries(properties as Readonly<Record<string, Schema>>);
  if (fields.length === 0) {
    const values = typeof additionalProperties === 'object' ? valuesOf(document, additionalProperties as Schema) : json;
    return fc.dictionary(fc.string({ minLength: 1, maxLength: SHORT }), values, { maxKeys: 4 });
  }
  const model = Object.fromEntries(fields.map(([name, schema]) => [name, valuesOf(document, schema)]));
  return fc.record(model, { requiredKeys: Array.isArray(required) ? (required as string[]) : [] });
};

const json: Values = fc.jsonValue({ maxDepth: 3 });

const numbers = ({ type, minimum = -1_000, maximum = 1_000_000 }: Schema): Values => {
  const range = { min: Number(minimum), max: Number(maximum) };
  return type === 'integer' ? fc.integer(range) : fc.double({ ...range, noNaN: true });
};

const typed = (document: ApiDocument, schema: Schema): Values => {
  switch (schema['type']) {
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valuesOf(document, (schema['items'] ?? {}) as Schema), { maxLength: 3 });
    case 'object':
      return record(document, schema);
    default:
      return json;
  }
};

/** What a schema of the document allows. */
export const valuesOf = (document: ApiDocument, schema: Schema): Values => {
  const plain = resolved(document, schema);
  const choices = listOf(plain['oneOf'] ?? plain['anyOf'] ?? plain['allOf']);
  if (Array.isArray(plain['enum'])) return fc.constantFrom(...(plain['enum'] as readonly unknown[]));
  const values =
    choices.length > 0 ? fc.oneof(...choices.map((each) => valuesOf(document, each))) : typed(document, plain);
  return plain['nullable'] === true ? fc.option(values, { freq: SHORT }) : values;
};

const AT_ONCE = 64;

/** Values of schemas, one after the other; the same chance gives the same ones. */
export class SchemaValues {
  private readonly stock = new Map<Schema, { readonly values: Values; ready: unknown[] }>();

  constructor(
    private readonly document: ApiDocument,
    private readonly chance: Chance,
  ) {}

  next(schema: Schema): unknown {
    const found = this.stock.get(schema) ?? { values: valuesOf(this.document, schema), ready: [] };
    this.stock.set(schema, found);
    if (found.ready.length === 0)
      found.ready = fc.sample(found.values, { numRuns: AT_ONCE, seed: this.chance.between(0, 2 ** 31 - 1) });
    return found.ready.pop();
  }
}
