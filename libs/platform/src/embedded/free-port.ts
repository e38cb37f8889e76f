import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the ephemeral ranges of Linux (32768+) and macOS (49152+): a port from there can be taken as the *source* port
// of a client that reconnects while the server is down, and then the server can never bind it again.
const LOWEST = 15_000;
const HIGHEST = 32_000;
const ATTEMPTS = 50;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** A loopback TCP port nobody listens on now. Somebody may take it before the caller does: callers try again. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found between ${LOWEST} and ${HIGHEST}`);
};
