import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { LRUCache } from 'lru-cache';
import type { Json, JsonObject, Violation } from '@app/domain';
import { FORMATS } from './formats.js';

// A schema is compiled to a function; thousands of types with dozens of schemas each must not fill the memory.
const KEPT_VALIDATORS = 5000;

const violation = ({ instancePath, message }: ErrorObject): Violation => ({
  path: instancePath === '' ? '/' : instancePath,
  message: message ?? 'is invalid',
});

/** Ajv's own problem with a schema: unknown format, foreign `$schema`, a `$ref` that leads nowhere. */
export class SchemaUnusable extends Error {
  override readonly name = 'SchemaUnusable';
}

/** JSON Schema draft-07 as Ajv 8 reads it, all errors collected. Compiled once per schema object. */
export class SchemaCompiler {
  private problems: string[] = [];
  private readonly ajv = new Ajv({
    allErrors: true,
    strict: false,
    formats: FORMATS,
    // Two types may use one `$id`.
    addUsedSchema: false,
    logger: {
      log: () => undefined,
      warn: (text: unknown) => this.problems.push(String(text)),
      error: (text: unknown) => this.problems.push(String(text)),
    },
  });
  private readonly compiled = new LRUCache<JsonObject, ValidateFunction>({
    max: KEPT_VALIDATORS,
    dispose: (_validate, schema) => this.ajv.removeSchema(schema),
  });

  /** @throws SchemaUnusable */
  check(schema: JsonObject): void {
    this.validator(schema);
  }

  validate(schema: JsonObject, value: Json): readonly Violation[] {
    const validate = this.validator(schema);
    return validate(value) ? [] : (validate.errors ?? []).map(violation);
  }

  private validator(schema: JsonObject): ValidateFunction {
    const known = this.compiled.get(schema);
    if (known) return known;
    const validate = this.compile(schema);
    this.compiled.set(schema, validate);
    return validate;
  }

  private compile(schema: JsonObject): ValidateFunction {
    this.problems = [];
    try {
      const validate = this.ajv.compile(schema);
      const [problem] = this.problems;
      if (problem === undefined) return validate;
      throw new SchemaUnusable(problem);
    } catch (error) {
      this.ajv.removeSchema(schema);
      throw error instanceof SchemaUnusable ? error : new SchemaUnusable((error as Error).message, { cause: error });
    }
  }
}
