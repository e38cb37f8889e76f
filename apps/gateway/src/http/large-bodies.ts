import type { FastifyInstance } from 'fastify';
import { ApiError } from '@app/contracts';
import { sendError } from '../errors/error.filter.js';

// Whoever sends more than that is cut off.
const TAKEN_IN_BYTES = 64 * 1024 * 1024;

/**
 * Refuses a body over the limit of its route at once, but goes on taking it in: a client that is still sending when the
 * connection is closed would see that, not the answer. The time a request may take bounds how long this can last.
 */
export const refuseLargeBodies = (fastify: FastifyInstance): void => {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length <= request.routeOptions.bodyLimit || length > TAKEN_IN_BYTES) return void done(null, payload);
    payload.resume();
    sendError(reply, new ApiError('PAYLOAD_TOO_LARGE'));
  });
};
