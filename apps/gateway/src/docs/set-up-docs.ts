import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const OTHER_PREFIX = '/_electric/';

const description = [
  'Every route under `/v1` is served under `/_electric` as well.',
  'Errors have one envelope; see the table of errors. Any route may answer 401, 413, 429, 500 and 503.',
].join(' ');

/** The API as OpenAPI, each route once. */
export const describeApi = (app: INestApplication): OpenAPIObject => {
  const base = new DocumentBuilder()
    .setTitle('Reveille')
    .setDescription(description)
    .setVersion('1')
    .addBearerAuth()
    .addApiKey({ type: 'apiKey', in: 'header', name: 'electric-principal' }, 'principal')
    .build();
  const document = SwaggerModule.createDocument(app, base, { operationIdFactory: (_controller, method) => method });
  const paths = Object.entries(document.paths).filter(([path]) => !path.startsWith(OTHER_PREFIX));
  return { ...document, paths: Object.fromEntries(paths) };
};

/** Serves the description at `/docs-json`; the page around it is `DocsController`'s. */
export const setUpDocs = (app: INestApplication): void => {
  SwaggerModule.setup('docs', app, () => describeApi(app), { ui: false, raw: ['json'] });
};
