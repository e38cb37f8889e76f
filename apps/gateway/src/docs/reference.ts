import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { errorsMarkdown } from '@app/contracts';
import type { GatewayParts } from '../gateway.parts.js';
import { GatewayModule } from '../gateway.module.js';
import { asyncApi } from './asyncapi.js';
import { createAdapter } from '../http/adapter.js';
import { describeApi } from './set-up-docs.js';

const json = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

const openApi = async (): Promise<string> => {
  // Routes are described without anything behind them: `preview` makes no instances.
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.of({ settings: { mode: 'development', identity: { trustPrincipalHeader: false } } } as GatewayParts),
    createAdapter(),
    { logger: false, preview: true, abortOnError: false },
  );
  const text = json(describeApi(app));
  await app.close();
  return text;
};

/** Generated pages of docs/reference by file name. */
export const referencePages = async (): Promise<ReadonlyMap<string, string>> =>
  new Map([
    ['asyncapi.json', json(asyncApi())],
    ['errors.md', errorsMarkdown()],
    ['openapi.json', await openApi()],
  ]);
