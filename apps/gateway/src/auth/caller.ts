import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '@app/application';
import type { GatewayRequest } from '../http/request.js';

/** Who asks, as the hooks found out. */
export const callerOf = ({ tenant, principal, attempt }: GatewayRequest): Caller =>
  attempt === undefined ? { tenant, principal } : { tenant, principal, attempt };

export const CallerOf = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<GatewayRequest>()),
);
