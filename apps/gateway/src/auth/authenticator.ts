import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError, HEADERS } from '@app/contracts';
import { parsePrincipal, type Principal } from '@app/domain/identity/principal.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import { header } from '../http/request.js';

const DEVELOPER_KEY = 'system:dev-local';
const DEVELOPER_URL = '/principal/system%3Adev-local';

const CONTROL_CHARACTER = /\p{Cc}/u;

const wellFormed = (text: string): Principal | undefined => {
  const principal = parsePrincipal(text);
  return principal === undefined || CONTROL_CHARACTER.test(principal.key) ? undefined : principal;
};

/**
 * Says who asks. A malformed identity is refused in every mode, never taken for the developer. `system:*` never comes
 * from outside, but for the developer in development: clients repeat the creator of an entity as their own identity.
 */
@Injectable()
export class Authenticator {
  private readonly development: boolean;

  constructor(@Inject(GATEWAY_SETTINGS) { mode }: GatewaySettings) {
    this.development = mode === 'development';
  }

  /** @throws ApiError without a valid principal */
  authenticate(request: FastifyRequest): string {
    const sent = header(request, HEADERS.principal);
    if (sent === undefined) {
      if (this.development) return DEVELOPER_URL;
      throw new ApiError('UNAUTHORIZED', `the header ${HEADERS.principal} names no principal`);
    }
    const principal = wellFormed(sent);
    if (principal === undefined || !this.mayComeFromOutside(principal))
      throw new ApiError('UNAUTHORIZED', `the header ${HEADERS.principal} is not a principal`);
    return principal.url;
  }

  private mayComeFromOutside({ kind, key }: Principal): boolean {
    return kind !== 'system' || (this.development && key === DEVELOPER_KEY);
  }
}
