import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Describer {
  readonly url: string;
  stop(): void;
}

/** A serve endpoint of types: one path describes another type than it was asked for, all others fail. */
export const startDescriber = async (): Promise<Describer> => {
  const server = createServer((request, response) => {
    if (request.url === '/other-name') response.end('{"name":"another","description":"not the one asked for"}');
    else response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
