import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';
import type { Attempt } from '@app/application';
import { ApiError, COMMON_HEADERS, HEADERS, MAX_URL_BYTES } from '@app/contracts';
import { sendError } from '../errors/error.filter.js';
import { clientKey } from './client-key.js';
import type { GatewayRouteConfig } from './route-config.js';
import { hideContentType } from './content-type.js';
import { rawPath } from './raw-path.js';
import type { GatewayRequest } from './request.js';

export interface Edge {
  readonly tenant: string;
  /** Class of an acknowledged write. */
  readonly durability: string;
  /** Says who asks; throws an ApiError for a request without a valid principal. */
  readonly authenticate: (request: FastifyRequest) => string | Promise<string>;
}

// Asked by orchestrators, which have no principal and learn nothing here.
const OPEN = /^\/health\/(live|ready)\/?$/;

/** What every request must be, whoever asks for whatever. @throws ApiError */
const assertWellSent = ({ raw, headers }: GatewayRequest): void => {
  // No client sends a fragment, and routers cut it off: the rest would name something else.
  if (raw.url?.includes('#')) throw new ApiError('INVALID_REQUEST', 'the URL must not contain "#"');
  if (headers.host === undefined && raw.httpVersion === '1.1')
    throw new ApiError('INVALID_REQUEST', 'the request has no Host header');
  // Taken as they are, compressed bytes would be stored under a content type that is not theirs.
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity')
    throw new ApiError('UNSUPPORTED_ENCODING');
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') throw new ApiError('UNSUPPORTED_ENCODING');
};

/** A promise only when the principal takes time to find out: most requests go on at once. */
const admit = (request: GatewayRequest, { tenant, authenticate }: Edge): Promise<void> | undefined => {
  request.tenant = tenant;
  if (request.raw.url !== undefined && request.raw.url.length > MAX_URL_BYTES) throw new ApiError('URI_TOO_LONG');
  assertWellSent(request);
  hideContentType(request);
  if (OPEN.test(rawPath(request.raw.url ?? '/'))) return undefined;
  const principal = authenticate(request);
  if (typeof principal === 'string') {
    request.principal = principal;
    return undefined;
  }
  return principal.then((found) => {
    request.principal = found;
  });
};

const FIRST_ERROR = 400;

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

const attemptOf = async (request: GatewayRequest): Promise<void> => {
  const key = await clientKey(request);
  request.attempt = key === undefined ? {} : { key };
};

/** What became of a write, as headers. */
const noteAttempt = (reply: FastifyReply, { position, replayed }: Attempt): void => {
  if (position !== undefined) void reply.header(HEADERS.position, String(position));
  if (replayed) void reply.header(HEADERS.idempotencyReplayed, 'true');
};

/** Names the class of what was written, unless it was not. */
const naming =
  (durability: string): onSendHookHandler =>
  (_request, reply, payload, done) => {
    if (reply.statusCode < FIRST_ERROR) void reply.header(HEADERS.durability, durability);
    done(null, payload);
  };

/** Runs before every route, unknown ones included: headers of every answer, preflights, authentication. */
export const addEdgeHooks = (fastify: FastifyInstance, edge: Edge): void => {
  fastify.decorateRequest('tenant', '');
  fastify.decorateRequest('principal', '');
  fastify.decorateRequest('sentContentType', undefined);
  fastify.decorateRequest('attempt', undefined);
  fastify.decorateRequest('largeBody', undefined);
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    void reply.headers(COMMON_HEADERS);
    if (request.method === 'OPTIONS') return void reply.code(204).send();
    const refuse = (error: unknown): void => {
      sendError(reply, error);
    };
    try {
      const admitted = admit(request as GatewayRequest, edge);
      if (admitted)
        void admitted.then(() => {
          done();
        }, refuse);
      else done();
    } catch (error) {
      refuse(error);
    }
  });
  fastify.addHook('preHandler', (request: FastifyRequest, reply: FastifyReply, done) => {
    const asked = request as GatewayRequest;
    if (READING.has(request.method)) return void done();
    if (request.headers[HEADERS.idempotencyKey] === undefined) {
      asked.attempt = {};
      return void done();
    }
    attemptOf(asked).then(
      () => {
        done();
      },
      (error: unknown) => {
        sendError(reply, error);
      },
    );
  });
  fastify.addHook('onRoute', (route) => {
    const { writes } = (route.config ?? {}) as GatewayRouteConfig;
    if (writes) route.onSend = [route.onSend ?? [], naming(edge.durability)].flat();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { attempt } = request as GatewayRequest;
    if (attempt && reply.statusCode < FIRST_ERROR) noteAttempt(reply, attempt);
    done(null, payload);
  });
};
