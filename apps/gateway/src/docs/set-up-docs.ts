import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ErrorDto } from '@app/contracts';
import { CLIENT_KEY } from './api-client-key.js';
import { withExamples } from './examples/with-examples.js';

const OTHER_PREFIX = '/_electric/';

// Any path that is nobody else's is a stream; it is described under the prefix where it cannot be mistaken.
const ANY_PATH = '/{path}';
const STREAM_PATH = '/v1/stream/{path}';

const ENTITY_PATH = '/v1/entities/{type}/{id}';

const description = [
  'Every route under `/v1` is served under `/_electric` as well.',
  'Answers to commands name the log position of what they wrote in `Reveille-Position`, and its durability in',
  '`Reveille-Durability`; one that was done before has `Idempotency-Replayed: true`.',
  'Errors have one envelope; see the table of errors. Any route may answer 401, 413, 429, 500 and 503.',
].join(' ');

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

const withError = ({ responses }: Operation, status: string, code: string): void => {
  const known = responses[status];
  const text = known && 'description' in known ? known.description : '';
  if (text.includes(`\`${code}\``)) return;
  responses[status] = {
    content: { 'application/json': { schema: { $ref: getSchemaPath(ErrorDto) } } },
    ...known,
    description: text === '' ? `\`${code}\`` : `${text}, \`${code}\``,
  };
};

/** What every route answers that takes a key, or an address of an entity: each may be malformed, or name something else. */
const withCommonErrors = (path: string, operation: Operation): void => {
  const taken = (operation.parameters ?? []).flatMap((parameter) => ('name' in parameter ? [parameter.name] : []));
  const keyed = taken.includes(CLIENT_KEY);
  const addressed = path.startsWith(ENTITY_PATH);
  if (keyed || addressed) withError(operation, '400', 'INVALID_REQUEST');
  if (keyed) withError(operation, '409', 'IDEMPOTENCY_KEY_REUSED');
  if (addressed) withError(operation, '404', 'UNKNOWN_ENTITY_TYPE');
};

const operationId = (controller: string, method: string): string =>
  `${controller.replace(/Controller$/, '')}.${method}`.replace(/^./, (first) => first.toLowerCase());

/** The framework numbers the paths of one method, `[0]`, `[1]`: the first needs none. */
const named = (document: OpenAPIObject): OpenAPIObject => {
  for (const [path, { get, head, put, post, patch, delete: remove }] of Object.entries(document.paths))
    for (const operation of [get, head, put, post, patch, remove]) {
      if (!operation) continue;
      withCommonErrors(path, operation);
      operation.operationId = operation.operationId?.replace('[0]', '').replace(/\[(\d+)\]$/, '.$1');
      withExamples(operation);
    }
  return document;
};

/** The API as OpenAPI, each route once. */
export const describeApi = (app: INestApplication): OpenAPIObject => {
  const base = new DocumentBuilder()
    .setTitle('Reveille')
    .setDescription(description)
    .setVersion('1')
    .addBearerAuth()
    .addApiKey({ type: 'apiKey', in: 'header', name: 'electric-principal' }, 'principal')
    .build();
  const document = SwaggerModule.createDocument(app, base, { operationIdFactory: operationId });
  const paths = Object.entries(document.paths)
    .filter(([path]) => !path.startsWith(OTHER_PREFIX))
    .map(([path, item]) => [path === ANY_PATH ? STREAM_PATH : path, item] as const);
  return named({ ...document, paths: Object.fromEntries(paths) });
};

/** Serves the description at `/docs-json`; the page around it is `DocsController`'s. */
export const setUpDocs = (app: INestApplication): void => {
  SwaggerModule.setup('docs', app, () => describeApi(app), { ui: false, raw: ['json'] });
};
