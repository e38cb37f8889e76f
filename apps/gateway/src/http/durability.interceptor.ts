import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { tap } from 'rxjs';
import { HEADERS } from '@app/contracts';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import type { GatewayReply } from './request.js';

/** Names the durability class in the answer to an acknowledged write. */
@Injectable()
export class DurabilityInterceptor implements NestInterceptor {
  constructor(@Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<GatewayReply>();
    return next.handle().pipe(tap(() => void reply.header(HEADERS.durability, this.settings.durability)));
  }
}
