import { JSON_HEADERS, toWire } from '../../client/wire-request.js';
import { WireConnection } from '../../client/wire-connection.js';
import type { Contestant } from '../contestants/contestant.js';

let streams = 0;

/** A path that nobody used before. */
export const newPath = (): string => {
  streams += 1;
  return `/v1/stream/bench/${process.pid.toString(36)}-${streams.toString(36)}`;
};

export const newPaths = (count: number): string[] => Array.from({ length: count }, newPath);

const hostOf = ({ origin }: Contestant): string => new URL(origin).host;

export const creation = (contestant: Contestant, path: string): Buffer =>
  toWire(hostOf(contestant), { method: 'PUT', path, headers: JSON_HEADERS });

export const append = (contestant: Contestant, path: string, body: string): Buffer =>
  toWire(hostOf(contestant), { method: 'POST', path, headers: JSON_HEADERS, body });

export const read = (contestant: Contestant, path: string): Buffer =>
  toWire(hostOf(contestant), { method: 'GET', path: `${path}?offset=-1` });

/** Sends all of them over a few connections; those of a list one after the other. @throws when one is no success. */
export const sendAll = async (
  { origin }: Contestant,
  requests: Iterable<Buffer | readonly Buffer[]>,
  connections: number,
): Promise<void> => {
  const next = requests[Symbol.iterator]();
  const run = async (connection: WireConnection): Promise<void> => {
    for (let found = next.next(); found.done !== true; found = next.next())
      for (const one of [found.value].flat()) {
        const status = await connection.send(one);
        if (status < 200 || status >= 300)
          throw new Error(`${String(status)} for ${one.toString('latin1').split('\r\n', 1).join('')}`);
      }
  };
  const opened = await WireConnection.openMany(origin, connections);
  await Promise.all(opened.map(run));
  for (const connection of opened) connection.close();
};

/** Makes new streams, and waits until nothing is left to do for them. */
export const createStreams = async (contestant: Contestant, count: number): Promise<string[]> => {
  const paths = newPaths(count);
  await sendAll(
    contestant,
    paths.map((path) => creation(contestant, path)),
    Math.min(count, 16),
  );
  await contestant.lagMs();
  return paths;
};
