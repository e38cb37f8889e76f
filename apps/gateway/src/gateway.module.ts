import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { ApplicationModule } from '@app/application';
import { Authenticator } from './auth/authenticator.js';
import { ErrorFilter } from './errors/error.filter.js';
import type { GatewayParts } from './gateway.parts.js';
import { HealthController } from './health/health.controller.js';
import { addEdgeHooks } from './http/edge-hooks.js';
import { PartsModule } from './parts.module.js';
import { OpenReads } from './streams/open-reads.js';
import { StreamReads } from './streams/stream-reads.js';
import { StreamsController } from './streams/streams.controller.js';

export type { GatewayParts, GatewaySettings } from './gateway.parts.js';
export { createAdapter } from './http/adapter.js';

/**
 * The only HTTP entry. A process hands its parts to `GatewayModule.of` and creates the application on `createAdapter()`;
 * everything else (hooks, errors, routes) is in here.
 */
@Module({})
export class GatewayModule {
  constructor({ httpAdapter }: HttpAdapterHost, authenticator: Authenticator) {
    addEdgeHooks(httpAdapter.getInstance<FastifyInstance>(), (request) => authenticator.authenticate(request));
  }

  static of(parts: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      imports: [PartsModule.of(parts), ApplicationModule],
      controllers: [HealthController, StreamsController],
      providers: [Authenticator, OpenReads, StreamReads, { provide: APP_FILTER, useClass: ErrorFilter }],
    };
  }
}
