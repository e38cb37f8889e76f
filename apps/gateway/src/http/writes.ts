import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { BodyLimit } from '@app/contracts';
import { ApiClientKey } from '../docs/api-client-key.js';
import type { GatewayRouteConfig } from './route-config.js';

/** A route that writes: what its body may weigh; its answer names the durability class. */
export const Writes = (limit: BodyLimit): MethodDecorator =>
  applyDecorators(RouteConfig({ limit, writes: true } satisfies GatewayRouteConfig), ApiClientKey());
