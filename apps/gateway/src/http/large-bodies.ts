import { PassThrough, type Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, BODY_LIMITS, LARGE_BODY_BYTES } from '@app/contracts';
import { sendError } from '../errors/error.filter.js';
import { Places } from './large-body.js';
import type { GatewayRouteConfig } from './route-config.js';
import type { GatewayRequest } from './request.js';

// Whoever says that he sends more than that is cut off.
const TAKEN_IN_BYTES = 128 * 1024 * 1024;
// No route refuses so little. To ask for the limit of the route costs more than such a body.
const TAKEN_BY_ALL_BYTES = Math.min(LARGE_BODY_BYTES, ...Object.values(BODY_LIMITS));

/** Gives the place of the request's body back when the work is done, which may be after the client has left. */
export const whileHeld = <T>({ largeBody }: GatewayRequest, work: () => Promise<T>): Promise<T> => {
  if (!largeBody) return work();
  largeBody.handled = true;
  return work().finally(() => {
    largeBody.giveBack();
  });
};

/** Refuses at once, but goes on taking in: a client that still sends when the connection is closed sees no answer. */
const refuse = (payload: NodeJS.ReadableStream, reply: FastifyReply, code: 'PAYLOAD_TOO_LARGE' | 'TOO_MANY_BODIES') => {
  payload.resume();
  const { limit } = reply.routeOptions.config as GatewayRouteConfig;
  const attachment = limit === 'attachment' && code === 'PAYLOAD_TOO_LARGE';
  sendError(reply, new ApiError(attachment ? 'ATTACHMENT_TOO_LARGE' : code));
};

const admit = (request: FastifyRequest, reply: FastifyReply, places: Places): boolean => {
  const place = places.take();
  if (!place) return false;
  (request as GatewayRequest).largeBody = place;
  reply.raw.once('close', () => {
    if (!place.handled) place.giveBack();
  });
  return true;
};

interface Counting {
  readonly payload: NodeJS.ReadableStream;
  readonly limit: number;
  readonly admit: () => boolean;
  readonly refuse: (code: 'PAYLOAD_TOO_LARGE' | 'TOO_MANY_BODIES') => void;
}

/** A body whose size shows only as it comes. */
const counted = ({ payload, limit, admit: admitted, refuse: refused }: Counting): Readable => {
  const through = new PassThrough();
  let bytes = 0;
  let large = false;
  let over = false;
  const stop = (code: Parameters<Counting['refuse']>[0]): void => {
    over = true;
    refused(code);
    through.destroy();
  };
  payload.on('data', (chunk: Buffer) => {
    if (over) return;
    bytes += chunk.length;
    if (bytes > limit) return stop('PAYLOAD_TOO_LARGE');
    if (bytes > LARGE_BODY_BYTES && !large) {
      large = admitted();
      if (!large) return stop('TOO_MANY_BODIES');
    }
    // It is collected as it comes, so it never waits here.
    through.write(chunk);
  });
  payload.on('end', () => through.end());
  payload.on('error', (error: Error) => through.destroy(error));
  return through;
};

/**
 * Refuses a body over the limit of its route, and a large one when there are so many already. The time a request may take
 * bounds how long a refused one is taken in.
 */
export const admitLargeBodies = (fastify: FastifyInstance, max: number): void => {
  const places = new Places(max);
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const declared = request.headers['content-length'];
    if (Number(declared) <= TAKEN_BY_ALL_BYTES) return void done(null, payload);
    const { bodyLimit } = request.routeOptions;
    if (declared === undefined && request.headers['transfer-encoding'] !== undefined && bodyLimit > LARGE_BODY_BYTES) {
      const body = counted({
        payload,
        limit: bodyLimit,
        admit: () => admit(request, reply, places),
        refuse: (code) => refuse(payload, reply, code),
      });
      return void done(null, body);
    }
    const length = Number(declared ?? 0);
    if (length <= LARGE_BODY_BYTES && length <= bodyLimit) return void done(null, payload);
    if (length > bodyLimit) {
      if (length > TAKEN_IN_BYTES) return void done(null, payload);
      return refuse(payload, reply, 'PAYLOAD_TOO_LARGE');
    }
    if (!admit(request, reply, places)) return refuse(payload, reply, 'TOO_MANY_BODIES');
    done(null, payload);
  });
};
