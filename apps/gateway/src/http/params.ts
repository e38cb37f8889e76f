import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiError } from '@app/contracts';
import { entityAddress, type EntityAddress } from '@app/domain';
import { rawSegments } from './raw-path.js';
import type { GatewayRequest } from './request.js';

const requestOf = (context: ExecutionContext): GatewayRequest => context.switchToHttp().getRequest<GatewayRequest>();

const segment = (request: GatewayRequest, index: number): string => rawSegments(request.raw.url ?? '/')[index] ?? '';

/** `{prefix}/entities/{type}/{id}…`: the segments as sent, since only they are the identity. @throws DomainError */
export const controlAddress = (request: GatewayRequest): EntityAddress =>
  entityAddress(segment(request, 2), segment(request, 3));

/** `…/{type}/{id}/main` at the root or under `/v1/stream`. @throws DomainError */
export const mainAddress = (request: GatewayRequest): EntityAddress => {
  const [type = '', id = ''] = rawSegments(request.raw.url ?? '/').slice(-3);
  return entityAddress(type, id);
};

export const Address = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  controlAddress(requestOf(context)),
);

/** Position of the name in `{prefix}/entities/{type}/{id}/{members}/{name}`. */
export const MEMBER = 5;

/** Position of the name in `{prefix}/entity-types/{type}/{members}/{name}`. */
export const TYPE_MEMBER = 4;

/** A segment as sent, by its position: `{prefix}` is 0. */
export const RawSegment = createParamDecorator((index: number, context: ExecutionContext) =>
  segment(requestOf(context), index),
);

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiError('INVALID_REQUEST', 'the URL is not valid percent encoding of UTF-8');
  }
};

/** A segment percent-decoded; refused when it holds what cannot be stored. */
export const DecodedSegment = createParamDecorator((index: number, context: ExecutionContext) => {
  const text = decode(segment(requestOf(context), index));
  if (text.includes('\0')) throw new ApiError('INVALID_REQUEST', 'the URL must not contain NUL characters');
  return text;
});

/** Query parameters; of a repeated one the first value counts. */
export const queryOf = (request: GatewayRequest): URLSearchParams => {
  const url = request.raw.url ?? '';
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
};
