import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { BODY_LIMITS, COMMON_HEADERS, FORM_BYTES, MAX_URL_BYTES } from '@app/contracts';
import { sendError } from '../errors/error.filter.js';
import { leaveNothingToNode, refuseConnection } from './bare-socket.js';
import { COLLECTED_TYPE, UNPARSED_TYPE } from './content-type.js';
import { admitLargeBodies } from './large-bodies.js';
import type { GatewayRouteConfig } from './route-config.js';

export interface AdapterOptions {
  /** A whole request must have arrived by then, however slowly it is sent. */
  readonly requestTimeoutMs?: number;
  /** Bodies over 8 MiB taken at once. */
  readonly largeBodies?: number;
  /** Of the file of an attachment. */
  readonly attachmentBytes?: number;
}

const REQUEST_TIMEOUT_MS = 30_000;
const LARGE_BODIES = 4;
// A late request is noticed this much later, at most.
const CHECK_MS = 5_000;

/** Refused by the router, before any hook ran. */
const refuseRoute = (error: Error, { method }: FastifyRequest, reply: FastifyReply): void => {
  void reply.headers(COMMON_HEADERS);
  // A preflight asks about the origin, not the path.
  if (method === 'OPTIONS') return void reply.code(204).send();
  sendError(reply, error);
};

const limitBody =
  (attachmentBytes: number) =>
  (route: RouteOptions): void => {
    const { limit } = (route.config ?? {}) as GatewayRouteConfig;
    route.bodyLimit = limit === 'attachment' ? attachmentBytes + FORM_BYTES : BODY_LIMITS[limit ?? 'control'];
  };

/** Every body arrives as the bytes that were sent; whoever handles the route decides what they are. */
const keepBodiesRaw = (fastify: FastifyInstance): void => {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser([COLLECTED_TYPE, '*'], { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  // But for the routes that read it as it comes.
  fastify.addContentTypeParser(UNPARSED_TYPE, (_request, payload, done) => {
    done(null, payload);
  });
};

class RawBodyAdapter extends FastifyAdapter {
  /** The framework would add its own JSON and form parsers here. */
  override registerParserMiddleware(): void {}
}

/** Fastify under our own rules: raw bodies, limits per route, errors in our envelope. Hooks are added by the module. */
export const createAdapter = ({
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  largeBodies = LARGE_BODIES,
  attachmentBytes = BODY_LIMITS.attachment,
}: AdapterOptions = {}): FastifyAdapter => {
  const adapter = new RawBodyAdapter({
    bodyLimit: BODY_LIMITS.control,
    requestTimeout: requestTimeoutMs,
    http: {
      connectionsCheckingInterval: Math.min(CHECK_MS, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      // Node swaps the two when the time for the headers is the longer one, which it is by default.
      headersTimeout: requestTimeoutMs,
      // Asked for by a hook, which answers in our envelope.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: MAX_URL_BYTES, ignoreTrailingSlash: true },
    skipMiddie: true,
    frameworkErrors: refuseRoute,
    clientErrorHandler: refuseConnection,
  });
  const fastify: FastifyInstance = adapter.getInstance();
  leaveNothingToNode(fastify.server);
  keepBodiesRaw(fastify);
  fastify.addHook('onRoute', limitBody(attachmentBytes));
  admitLargeBodies(fastify, largeBodies);
  return adapter;
};
