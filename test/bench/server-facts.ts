import type { Connection } from './client/connection.js';
import { get, post } from './client/json-request.js';

/** What the server says of itself. */
export interface ServerFacts {
  readonly durability: string;
  readonly ready: unknown;
}

// A type of its own: lists of it are empty, so reading one costs nothing but the wait for the projections.
export const LAG_PROBE = 'bench_lag_probe';

/** @throws when it does not answer or is not ready. */
export const serverFacts = async (control: Connection): Promise<ServerFacts> => {
  const { body } = await control.fetch(get('/health/ready'));
  const type = { name: LAG_PROBE, description: 'made by the benchmark' };
  // Only answers to writes say what an acknowledgement is worth.
  const { headers } = await control.fetch(post('/v1/entity-types', type));
  const durability = headers['reveille-durability'];
  return { durability: typeof durability === 'string' ? durability : 'not said', ready: body };
};
