import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HEADERS } from '@app/contracts';
import { ApiClientKey } from './api-client-key.js';
import { ApiErrors } from './api-decorators.js';

const OFFSET = '0000000000000042_0000000000000001';

const CONTENT = { schema: { type: 'string', format: 'binary' } } as const;
const ANY_CONTENT = { 'application/json': { schema: {} }, '*/*': CONTENT };

const text = (description: string, example?: string): object => ({
  description,
  schema: { type: 'string', ...(example !== undefined && { example }) },
});

const NEXT_OFFSET = { [HEADERS.nextOffset]: text('the offset to read on from', OFFSET) };
const CLOSED = { [HEADERS.closed]: text('`true`: nothing will follow', 'true') };
const UP_TO_DATE = { 'stream-up-to-date': text('`true`: this was everything', 'true') };
const CURSOR = { 'stream-cursor': text('to be sent back with the next live request') };
const ETAG = { etag: text('for `If-None-Match`') };

const optionalHeaders = (headers: Readonly<Record<string, string>>): readonly MethodDecorator[] =>
  Object.entries(headers).map(([name, description]) => ApiHeader({ name, description, required: false }));

const PRODUCER = {
  [HEADERS.producerId]: 'names the producer; the three producer headers are sent together',
  [HEADERS.producerEpoch]: 'a higher epoch fences the lower ones',
  [HEADERS.producerSeq]: 'counts from 0 in each epoch; a repeated number has no second effect',
};

/** The name of a plain stream: segments with slashes between them, sent as they are. */
export const ApiStreamPath = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiTags('streams'),
    ApiParam({ name: 'path', example: 'logs/today', description: 'one or more segments' }),
  );

/** GET of a stream in its three modes. */
export const ApiStreamRead = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'offset',
      required: false,
      example: OFFSET,
      description: '`-1` (start), `now` (tail), or one given out',
    }),
    ApiQuery({ name: 'live', required: false, enum: ['long-poll', 'sse'], description: 'needs `offset`' }),
    ApiQuery({ name: 'cursor', required: false, description: 'the last `stream-cursor`' }),
    ApiHeader({ name: 'if-none-match', required: false }),
    ApiResponse({
      status: 200,
      description: 'content after the offset; `text/event-stream` with `live=sse`',
      content: { ...ANY_CONTENT, 'text/event-stream': { schema: { type: 'string' } } },
      headers: { ...NEXT_OFFSET, ...UP_TO_DATE, ...CLOSED, ...CURSOR, ...ETAG },
    }),
    ApiResponse({
      status: 204,
      description: 'nothing came while the long-poll waited, or the stream is closed',
      headers: { ...NEXT_OFFSET, ...UP_TO_DATE, ...CLOSED, ...CURSOR },
    }),
    ApiResponse({ status: 304, description: 'as it was under this ETag' }),
    ApiErrors('INVALID_REQUEST', 'STREAM_NOT_FOUND', 'STREAM_GONE'),
  );

/** HEAD of a stream that is never deleted. */
export const ApiMainStreamHead = (): MethodDecorator =>
  applyDecorators(
    ApiResponse({ status: 200, description: 'what there is, without content', headers: { ...NEXT_OFFSET, ...CLOSED } }),
    ApiResponse({ status: 400, description: 'this cannot be the name of a stream' }),
    ApiResponse({ status: 404, description: 'there is no such stream' }),
  );

/** HEAD of any other stream. */
export const ApiStreamHead = (): MethodDecorator =>
  applyDecorators(
    ApiMainStreamHead(),
    ApiResponse({ status: 410, description: 'it was deleted, and only its forks have the content' }),
  );

/** PUT of a plain stream. */
export const ApiStreamCreate = (): MethodDecorator =>
  applyDecorators(
    ApiClientKey(),
    ApiConsumes('application/json', 'application/octet-stream', 'text/plain'),
    ApiBody({ required: false, description: 'initial content', schema: {} }),
    ...optionalHeaders({
      [HEADERS.ttl]: 'seconds without use after which the stream ends',
      [HEADERS.expiresAt]: 'RFC 3339; not together with a TTL',
      [HEADERS.closed]: '`true`: created closed',
      [HEADERS.forkedFrom]: 'path of the stream to fork',
      [HEADERS.forkOffset]: 'where the fork begins; default: the tail of the source',
      [HEADERS.forkSubOffset]: 'items of the log entry after the offset that belong to the fork',
    }),
    ApiResponse({ status: 201, description: 'created', headers: { ...NEXT_OFFSET, ...CLOSED } }),
    ApiResponse({
      status: 200,
      description: 'it was there, with the same settings',
      headers: { ...NEXT_OFFSET, ...CLOSED },
    }),
    ApiErrors(
      'INVALID_REQUEST',
      'FORBIDDEN',
      'STREAM_NOT_FOUND',
      'STREAM_CONFLICT',
      'PAYLOAD_TOO_LARGE',
      'TOO_MANY_BODIES',
    ),
  );

/** POST to a plain stream. */
export const ApiStreamAppend = (): MethodDecorator =>
  applyDecorators(
    ApiClientKey(),
    ApiConsumes('application/json', 'application/octet-stream', 'text/plain'),
    ApiBody({ required: false, description: 'content; JSON streams take one item or an array', schema: {} }),
    ...optionalHeaders({
      ...PRODUCER,
      [HEADERS.streamSeq]: 'must grow bytewise',
      [HEADERS.closed]: '`true`: closes the stream, with or without content',
    }),
    ApiResponse({ status: 200, description: 'appended for a producer', headers: { ...NEXT_OFFSET, ...CLOSED } }),
    ApiResponse({
      status: 204,
      description: 'appended or closed, or a duplicate of a producer',
      headers: { ...NEXT_OFFSET, ...CLOSED },
    }),
    ApiErrors(
      'INVALID_REQUEST',
      'FORBIDDEN',
      'STREAM_NOT_FOUND',
      'STREAM_CONFLICT',
      'STREAM_GONE',
      'PAYLOAD_TOO_LARGE',
      'OVERLOADED',
      'TOO_MANY_BODIES',
    ),
  );

/** DELETE of a plain stream. */
export const ApiStreamDelete = (): MethodDecorator =>
  applyDecorators(
    ApiClientKey(),
    ApiResponse({ status: 204, description: 'deleted' }),
    ApiErrors('FORBIDDEN', 'STREAM_NOT_FOUND', 'STREAM_GONE'),
  );
