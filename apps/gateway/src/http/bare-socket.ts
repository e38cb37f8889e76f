import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, COMMON_HEADERS, type CatalogueCode } from '@app/contracts';
import { errorAnswer } from '../errors/error-answer.js';

const CODES: Readonly<Record<string, CatalogueCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
};

/** The whole answer, and the end of the connection. */
const answer = (socket: Duplex, status: number, body?: unknown): void => {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = Object.entries({
    ...COMMON_HEADERS,
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${headers.join('')}\r\n${text}`);
};

/** What cannot become a request (broken HTTP, over-long headers, too slow) is answered on the bare socket. */
export const refuseConnection = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const { status, body } = errorAnswer(new ApiError(CODES[error.code ?? ''] ?? 'INVALID_REQUEST'));
  answer(socket, status, body);
};

/** What Node would answer by itself, without the envelope or not at all, gets an answer of ours. */
export const leaveNothingToNode = (server: Server): void => {
  // No proxy: a method that is not known here, like any other.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    answer(socket, 404);
  });
  // Nobody has to meet what a client expects, and no route would do something else for it.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
};
