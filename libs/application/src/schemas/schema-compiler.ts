import { createHash } from 'node:crypto';
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { LRUCache } from 'lru-cache';
import type { Json, JsonObject, Violation } from '@app/domain';
import { FORMATS } from './formats.js';
import { TooSlow, within } from './time-limit.js';

// A schema is compiled to a function; thousands of types with dozens of schemas each must not fill the memory. Measured:
// 6 KB for the smallest, and about 40 times its text for any other.
const KEPT_BYTES = 128 * 1024 * 1024;
const VALIDATOR_BYTES = 8 * 1024;
const BYTES_PER_CHARACTER = 40;

// Everybody waits meanwhile. The largest schema that is accepted takes about half of it to compile.
const CHECK_MS = 1_500;
// What was accepted once is not given up on because the machine is busy.
const COMPILE_MS = 10_000;
// Hundreds of times what an honest value takes, so that none is refused because the machine is busy.
const VALIDATE_MS = 500;

// Up to here the work is known to be little: so many keywords for so many values, each in the time its text takes.
const SIMPLE_CHARACTERS = 16 * 1024;
const FEW_VALUES = 1_000;
const UNBOUNDED = /"(?:\$ref|\$dynamicRef|\$recursiveRef|pattern|uniqueItems)/;

const DRAFT_07 = /^http:\/\/json-schema\.org\/draft-07\/schema#?$/;

const violation = ({ instancePath, message }: ErrorObject): Violation => ({
  path: instancePath === '' ? '/' : instancePath,
  message: message ?? 'is invalid',
});

/** Ajv's own problem with a schema: unknown format, foreign `$schema`, a `$ref` that leads nowhere. */
export class SchemaUnusable extends Error {
  override readonly name = 'SchemaUnusable';
}

interface Compiled {
  readonly validate: ValidateFunction;
  /** Memory, about. */
  readonly bytes: number;
  /** Cheap for any small value. */
  readonly simple: boolean;
}

const hasFewValues = (value: Json): boolean => {
  let left = FEW_VALUES;
  const fits = (one: Json): boolean => {
    left -= 1;
    if (left < 0) return false;
    return typeof one !== 'object' || one === null || Object.values(one).every(fits);
  };
  return fits(value);
};

// Never compiles what a stranger sent: only the schema of schemas.
const metaSchema = new Ajv({ allErrors: true, strict: false, formats: FORMATS });

const assertSchema = (schema: JsonObject): void => {
  const { $schema } = schema;
  if ($schema !== undefined && !(typeof $schema === 'string' && DRAFT_07.test($schema)))
    throw new SchemaUnusable('"$schema" is not draft-07');
  if (metaSchema.validateSchema(schema) !== true)
    throw new SchemaUnusable(metaSchema.errorsText(metaSchema.errors, { dataVar: 'schema' }));
};

const options: Options = {
  allErrors: true,
  strict: false,
  formats: FORMATS,
  validateSchema: false,
  // A large schema that is referred to often would be copied as often.
  inlineRefs: false,
};

/**
 * An Ajv of its own for each schema costs little and keeps strangers apart: an instance remembers every `$id` inside a
 * schema, for ever, and takes it for its own, even that of the schema of schemas.
 */
const compile = (schema: JsonObject): ValidateFunction => {
  assertSchema(schema);
  const problems: string[] = [];
  const note = (text: unknown): void => void problems.push(String(text));
  const validate = new Ajv({ ...options, logger: { log: () => undefined, warn: note, error: note } }).compile(schema);
  if (problems[0] !== undefined) throw new SchemaUnusable(problems[0]);
  return validate;
};

const compileWithin = (limitMs: number, schema: JsonObject): Compiled => {
  try {
    const validate = within(limitMs, () => compile(schema));
    const text = JSON.stringify(schema);
    return {
      validate,
      bytes: VALIDATOR_BYTES + text.length * BYTES_PER_CHARACTER,
      simple: text.length <= SIMPLE_CHARACTERS && !UNBOUNDED.test(text),
    };
  } catch (error) {
    if (error instanceof SchemaUnusable) throw error;
    const message = error instanceof TooSlow ? 'it takes too long to compile' : (error as Error).message;
    throw new SchemaUnusable(message, { cause: error });
  }
};

const validateWith = ({ validate, simple }: Compiled, value: Json): boolean =>
  simple && hasFewValues(value) ? validate(value) : within(VALIDATE_MS, () => validate(value));

const digestOf = (schema: JsonObject): string => createHash('sha256').update(JSON.stringify(schema)).digest('base64');

/**
 * JSON Schema draft-07 as Ajv 8 reads it, all errors collected. Compiled once for all that read the same: every revision of
 * a type has most schemas of the one before. Neither a schema nor a value can hold up the process: both come from strangers.
 */
export class SchemaCompiler {
  private readonly digests = new WeakMap<JsonObject, string>();
  private readonly compiled = new LRUCache<string, Compiled>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ bytes }) => bytes,
  });

  /** What is here now. */
  get held(): { readonly validators: number; readonly bytes: number } {
    return { validators: this.compiled.size, bytes: this.compiled.calculatedSize };
  }

  /** @throws SchemaUnusable */
  check(schema: JsonObject): void {
    compileWithin(CHECK_MS, schema);
  }

  validate(schema: JsonObject, value: Json): readonly Violation[] {
    const compiled = this.compiledOf(schema);
    try {
      return validateWith(compiled, value) ? [] : (compiled.validate.errors ?? []).map(violation);
    } catch (error) {
      if (error instanceof TooSlow) return [{ path: '/', message: 'takes too long to be checked against the schema' }];
      // The stack ends before a schema that refers to itself on the same value does.
      if (error instanceof RangeError) return [{ path: '/', message: 'cannot be checked: the schema has no end' }];
      throw error;
    }
  }

  private compiledOf(schema: JsonObject): Compiled {
    const digest = this.digestOf(schema);
    const known = this.compiled.get(digest);
    if (known) return known;
    const compiled = compileWithin(COMPILE_MS, schema);
    this.compiled.set(digest, compiled);
    return compiled;
  }

  private digestOf(schema: JsonObject): string {
    const known = this.digests.get(schema);
    if (known !== undefined) return known;
    const digest = digestOf(schema);
    this.digests.set(schema, digest);
    return digest;
  }
}
