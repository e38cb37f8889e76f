import { DurableStreamTestServer } from '@durable-streams/server';

/** The published server of the protocol in a process of its own: peer-process.js <port> [data folder]. */
const [port, dataDir] = process.argv.slice(2);
const server = new DurableStreamTestServer({
  port: Number(port),
  host: '127.0.0.1',
  ...(dataDir !== undefined && { dataDir }),
});
process.once('SIGTERM', () => {
  void server.stop().finally(() => process.exit(0));
});
await server.start();
