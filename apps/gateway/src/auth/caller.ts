import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '@app/application';
import type { GatewayRequest } from '../http/request.js';

/** Who asks, as the hooks found out. */
export const callerOf = ({ tenant, principal }: GatewayRequest): Caller => ({ tenant, principal });

export const CallerOf = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<GatewayRequest>()),
);
