import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const OTHER_PREFIX = '/_electric/';

const description = [
  'Every route under `/v1` is served under `/_electric` as well.',
  'Errors have one envelope; see the table of errors. Any route may answer 401, 413, 429, 500 and 503.',
].join(' ');

const operationId = (controller: string, method: string): string =>
  `${controller.replace(/Controller$/, '')}.${method}`.replace(/^./, (first) => first.toLowerCase());

/** The framework numbers the paths of one method, `[0]`, `[1]`: the first needs none. */
const named = (document: OpenAPIObject): OpenAPIObject => {
  for (const { get, put, post, patch, delete: remove } of Object.values(document.paths))
    for (const operation of [get, put, post, patch, remove])
      if (operation?.operationId !== undefined)
        operation.operationId = operation.operationId.replace('[0]', '').replace(/\[(\d+)\]$/, '.$1');
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
  const paths = Object.entries(document.paths).filter(([path]) => !path.startsWith(OTHER_PREFIX));
  return named({ ...document, paths: Object.fromEntries(paths) });
};

/** Serves the description at `/docs-json`; the page around it is `DocsController`'s. */
export const setUpDocs = (app: INestApplication): void => {
  SwaggerModule.setup('docs', app, () => describeApi(app), { ui: false, raw: ['json'] });
};
