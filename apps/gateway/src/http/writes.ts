import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { BodyLimit } from '@app/contracts';
import { DurabilityInterceptor } from './durability.interceptor.js';

/** A route that writes: what its body may weigh, and the durability class in its answer. */
export const Writes = (limit: BodyLimit): MethodDecorator =>
  applyDecorators(RouteConfig({ limit }), UseInterceptors(DurabilityInterceptor));
