import { errorEntry, ERRORS, type CatalogueCode } from '@app/contracts';

export type Schema = { readonly [keyword: string]: unknown };

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Documented {
  /** Of `application/json`; undefined when nothing is said of the body. */
  readonly schema: Schema | undefined;
  /** As sent; of errors only. */
  readonly codes: readonly string[];
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Of a JSON body. */
  readonly body: Schema | undefined;
  readonly responses: ReadonlyMap<number, Documented>;
}

export interface ApiDocument {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
}

interface RawContent {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RawContent;
  readonly responses: Readonly<Record<string, RawContent & { readonly description?: string }>>;
}

export interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const jsonOf = ({ content = {} }: RawContent): Schema | undefined => content['application/json']?.schema;

const FIRST_ERROR = 400;

const documented = ([status, response]: [string, RawContent & { readonly description?: string }]): [
  number,
  Documented,
] => {
  const names = Number(status) < FIRST_ERROR ? [] : (response.description ?? '').matchAll(/`([A-Z_]+)`/g);
  return [Number(status), { schema: jsonOf(response), codes: [...names].flatMap(([, name = '']) => [name]) }];
};

/** What there is to ask, in the words of the document that the server serves. */
export const readDocument = ({ paths, components }: RawDocument): ApiDocument => ({
  schemas: components.schemas,
  operations: Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody = {}, responses }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      parameters,
      body: jsonOf(requestBody),
      responses: new Map(Object.entries(responses).map(documented)),
    })),
  ),
});

/** Every answer that is documented: `409 NOT_RUNNING`, or `204` where no code is sent. */
export const documentedAnswers = ({ method, responses }: Operation): readonly string[] => [
  ...new Set(
    [...responses].flatMap(([status, { codes }]) =>
      codes.length === 0 || method === 'HEAD' ? [String(status)] : codes.map((code) => `${String(status)} ${code}`),
    ),
  ),
];

/** The schema that a `$ref` of the document means, or the schema itself. */
export const resolved = ({ schemas }: ApiDocument, schema: Schema): Schema => {
  const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
  return name === undefined ? schema : (schemas[name] ?? {});
};

/** Codes that are sent with a status, by the catalogue. */
export const codesOf = (status: number): readonly string[] =>
  (Object.keys(ERRORS) as CatalogueCode[])
    .filter((code) => errorEntry(code).status === status)
    .map((code) => errorEntry(code).wire ?? code);
