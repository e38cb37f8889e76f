import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Attempt } from '@app/application';
import type { LargeBody } from './large-body.js';

/** A request as the hooks of this gateway leave it for the controllers. */
export interface GatewayRequest extends FastifyRequest {
  readonly body: Buffer | undefined;
  /** Canonical principal URL; set by the authentication hook before any route runs. */
  principal: string;
  tenant: string;
  /** The content type as sent. Kept from the framework, which would refuse what it cannot read. */
  sentContentType: string | undefined;
  /** Of a request that may write: under which key, and what came of it. */
  attempt: Attempt | undefined;
  /** The body is one of the few large ones; who handles it says when it is no longer needed. */
  largeBody: LargeBody | undefined;
}

export type GatewayReply = FastifyReply;

/** One value of a header that must not repeat; Node joins repeated ones with a comma where that is legal. */
export const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const BEARER = /^Bearer +(\S+)$/i;

/** `electric-claim-token` wins over `Authorization: Bearer`. */
export const bearerToken = (request: FastifyRequest): string | undefined =>
  header(request, 'electric-claim-token') ?? BEARER.exec(header(request, 'authorization') ?? '')?.[1];
