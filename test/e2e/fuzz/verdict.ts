import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import { codesOf, type ApiDocument, type Operation, type Schema } from './document.js';
import type { Draft } from './draft.js';
import type { Reply } from './wire.js';

const FIRST_ERROR = 400;
const SERVER_ERROR = 500;

/** Any route may answer these, as the document says once for all. */
const GENERAL = new Set([401, 413, 429, 500, 503]);

/** What is refused before a route sees it. */
const BEFORE_ROUTES = new Set([400, 408, 414, 415, 431]);

const FORMATS = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  binary: true,
} as const;

/** As JSON Schema; an object with named fields has no others, so that nothing is sent which is not documented. */
const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, example: _example, ...rest } = schema as Record<string, unknown>;
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, strict(value)]));
  const closed =
    isSchemaOfFields(rest) && rest['additionalProperties'] === undefined
      ? { ...inner, additionalProperties: false }
      : inner;
  return nullable === true ? { anyOf: [closed, { type: 'null' }] } : closed;
};

const isSchemaOfFields = ({ type, properties }: Schema): boolean => type === 'object' && typeof properties === 'object';

interface Envelope {
  readonly error: { readonly code: string };
}

const ENVELOPE = { $ref: '#/components/schemas/ErrorDto' };

/** An answer of the protocol, such as "begin anew", which has a body of its own. */
const isNoError = ({ responses }: Operation, status: number): boolean => responses.get(status)?.codes.length === 0;

const excerpt = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** Answers against the document: what is said of statuses, codes and bodies. */
export class Judge {
  private readonly ajv = new Ajv({ strict: false, formats: FORMATS });
  private readonly compiled = new Map<Schema, ValidateFunction>();

  constructor(document: ApiDocument) {
    this.ajv.addSchema({ $id: 'doc', components: { schemas: strict(document.schemas) } });
  }

  /** What is wrong with an answer; nothing when all is well. */
  faults(draft: Draft, reply: Reply, limitMs: number): readonly string[] {
    const late = reply.ms > limitMs ? [`took ${reply.ms.toFixed(0)} ms`] : [];
    return [...late, ...(reply.status < FIRST_ERROR ? this.success(draft, reply) : this.refusal(draft, reply))];
  }

  private success({ operation, method, elsewhere }: Draft, { status, json, text }: Reply): readonly string[] {
    if (elsewhere || method !== operation.method) return [];
    const documented = operation.responses.get(status);
    if (documented === undefined) return [`status ${String(status)} is not documented`];
    if (documented.schema === undefined || method === 'HEAD') return [];
    if (Object.keys(documented.schema).length === 0) return [];
    const validate = this.validator(documented.schema);
    return validate(json) ? [] : [`body does not fit: ${this.ajv.errorsText(validate.errors)}: ${excerpt(text)}`];
  }

  private refusal(draft: Draft, { status, json, text }: Reply): readonly string[] {
    const { operation, method, elsewhere, unreadable } = draft;
    if (method === 'HEAD') return text === '' ? this.documented(draft, status) : ['HEAD has a body'];
    if (status === 404 && text === '' && elsewhere) return [];
    if (!elsewhere && isNoError(operation, status)) return [];
    if (!this.validator(ENVELOPE)(json)) return [`no envelope: ${excerpt(text)}`];
    const { code } = (json as Envelope).error;
    if (!codesOf(status).includes(code)) return [`${code} is no code of ${String(status)}`];
    if (elsewhere) return status < SERVER_ERROR ? [] : [`${String(status)} ${code}: ${excerpt(text)}`];
    const undocumented = this.documented(draft, status);
    if (undocumented.length > 0 || GENERAL.has(status) || (unreadable && BEFORE_ROUTES.has(status)))
      return undocumented;
    const { codes = [] } = operation.responses.get(status) ?? {};
    return codes.includes(code) ? [] : [`${String(status)} ${code} is not documented: ${excerpt(text)}`];
  }

  private documented({ operation, unreadable }: Draft, status: number): readonly string[] {
    if (operation.responses.has(status) || (GENERAL.has(status) && status < 500)) return [];
    if (unreadable && BEFORE_ROUTES.has(status)) return [];
    return [`status ${String(status)} is not documented`];
  }

  private validator(schema: Schema): ValidateFunction {
    const found = this.compiled.get(schema);
    if (found) return found;
    const text = JSON.stringify(strict(schema)).replaceAll('"#/components', '"doc#/components');
    const made = this.ajv.compile(JSON.parse(text) as AnySchema);
    this.compiled.set(schema, made);
    return made;
  }
}
