import { afterEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { chunkOf, writeChunk } from './shared-chunk.js';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** Whole answer to a request, as it is on the wire. */
const answer = async (version: string, listener: RequestListener): Promise<string> => {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`GET / HTTP/${version}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const part of socket) text += String(part);
  return text;
};

it('stands between what the response writes itself, framed alike', async () => {
  const text = await answer('1.1', (_request, response) => {
    response.writeHead(200);
    response.write('before');
    expect(writeChunk(response, chunkOf('grün\n'))).toBe(true);
    response.end('after');
  });
  expect(text.split('\r\n\r\n').slice(1).join('\r\n\r\n')).toBe(
    '6\r\nbefore\r\n6\r\ngrün\n\r\n5\r\nafter\r\n0\r\n\r\n',
  );
});

it('is not for a client that knows no chunks, nor before the headers', async () => {
  const text = await answer('1.0', (_request, response) => {
    expect(writeChunk(response, chunkOf('early'))).toBeUndefined();
    response.writeHead(200);
    response.write('before');
    expect(writeChunk(response, chunkOf('chunk'))).toBeUndefined();
    response.end();
  });
  expect(text.endsWith('\r\n\r\nbefore')).toBe(true);
});
