import { Inject, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { FastifyInstance } from 'fastify';
import { ApplicationModule } from '@app/application';
import { AppendController } from './append/append.controller.js';
import { AttachmentsController } from './attachments/attachments.controller.js';
import { Downloads } from './attachments/download.js';
import { Authenticator } from './auth/authenticator.js';
import { ClaimsController } from './claims/claims.controller.js';
import { DocsController } from './docs/docs.controller.js';
import { CollectionsController } from './entities/collections.controller.js';
import { EntitiesController } from './entities/entities.controller.js';
import { EntityWritesController } from './entities/entity-writes.controller.js';
import { InboxController } from './entities/inbox.controller.js';
import { PastAndTreeController } from './entities/past-and-tree.controller.js';
import { EntityTypesController } from './entity-types/entity-types.controller.js';
import { ErrorFilter } from './errors/error.filter.js';
import { GATEWAY_SETTINGS, type GatewayParts, type GatewaySettings } from './gateway.parts.js';
import { EntityGrantsController } from './grants/entity-grants.controller.js';
import { TypeGrantsController } from './grants/type-grants.controller.js';
import { RootController } from './health/root.controller.js';
import { HealthController } from './health/health.controller.js';
import { Draining } from './http/draining.js';
import { addEdgeHooks } from './http/edge-hooks.js';
import { PartsModule } from './parts.module.js';
import { PlainStreamsController } from './plain-streams/plain-streams.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { ObservationsController } from './observations/observations.controller.js';
import { OpenReads } from './streams/open-reads.js';
import { StreamReads } from './streams/stream-reads.js';
import { StreamsController } from './streams/streams.controller.js';
import { ShapeFeeds } from './shapes/shape-feeds.js';
import { ShapeReads } from './shapes/shape-reads.js';
import { ShapesController } from './shapes/shapes.controller.js';
import { TargetedBodies } from './validation/targeted-bodies.js';
import { WakesController } from './wakes/wakes.controller.js';

export { NatsLeaseHeartbeats } from './claims/nats-lease-heartbeats.js';
export { gatewayParts, gatewayPeers } from './runtime-parts.js';
export { setUpDocs } from './docs/set-up-docs.js';
export type { GatewayParts, GatewaySettings } from './gateway.parts.js';
export { createAdapter } from './http/adapter.js';
export { listening } from './http/listening.js';

/**
 * The only HTTP entry. A process hands its parts to `GatewayModule.of` and creates the application on `createAdapter()`;
 * hooks, errors and routes are in here. `setUpDocs(app)` adds the description of the API.
 */
@Module({})
export class GatewayModule {
  constructor(
    { httpAdapter }: HttpAdapterHost,
    authenticator: Authenticator,
    @Inject(GATEWAY_SETTINGS) { tenant, durability }: GatewaySettings,
  ) {
    addEdgeHooks(httpAdapter.getInstance<FastifyInstance>(), {
      tenant,
      durability,
      authenticate: (request) => authenticator.authenticate(request),
    });
  }

  static of(parts: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      imports: [CqrsModule, PartsModule.of(parts), ApplicationModule],
      controllers: [
        RootController,
        HealthController,
        DocsController,
        EntityTypesController,
        EntitiesController,
        EntityWritesController,
        PastAndTreeController,
        InboxController,
        CollectionsController,
        EntityGrantsController,
        TypeGrantsController,
        AttachmentsController,
        ClaimsController,
        WakesController,
        OperationsController,
        ObservationsController,
        ShapesController,
        AppendController,
        StreamsController,
        PlainStreamsController,
      ],
      providers: [
        Authenticator,
        TargetedBodies,
        StreamReads,
        Downloads,
        OpenReads,
        ShapeFeeds,
        ShapeReads,
        Draining,
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }
}
