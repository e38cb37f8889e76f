import type { ServerResponse } from 'node:http';

const LINE_END = '\r\n';

/** A text as one chunk of HTTP/1.1, so that the same bytes go to every reader. */
export const chunkOf = (text: string): Buffer =>
  Buffer.from(`${Buffer.byteLength(text).toString(16)}${LINE_END}${text}${LINE_END}`);

/**
 * Writes a chunk to a reader whose headers are out, past the response, which would frame and encode it for each of them
 * anew: three quarters of what a delivery costs. Undefined when that cannot be done: not chunked, or not its turn yet.
 * @returns false when the reader does not keep up
 */
export const writeChunk = (
  { chunkedEncoding, headersSent, socket }: ServerResponse,
  chunk: Buffer,
): boolean | undefined => (chunkedEncoding && headersSent && socket ? socket.write(chunk) : undefined);

/** Whether what was written before is still on its way. */
export const isBehind = ({ writableNeedDrain, socket }: ServerResponse): boolean =>
  writableNeedDrain || (socket?.writableNeedDrain ?? false);
