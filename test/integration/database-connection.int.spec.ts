import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { connectDatabase } from '@app/read-model';

const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};

const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const FAREWELL = message(
  'E',
  Buffer.from('SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'),
);

/** A server that lets everybody in and is gone in the same packet, as the processes of a crashed Postgres do. */
const dyingPostgres = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, FAREWELL])));
    });
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });

describe('a connection to a database that dies while it is handed out', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it('fails the one who asked and leaves the process alive', async () => {
    server = await dyingPostgres();
    const { port } = server.address() as AddressInfo;
    await expect(connectDatabase({ url: `postgres://somebody@127.0.0.1:${String(port)}/x` })).rejects.toThrow();
  });
});
