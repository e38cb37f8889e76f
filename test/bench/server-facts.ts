import type { Connection } from './client/connection.js';
import { get } from './client/json-request.js';

/** What the server says of itself. */
export interface ServerFacts {
  readonly durability: string;
  readonly ready: unknown;
}

/** @throws when it does not answer or is not ready. */
export const serverFacts = async (control: Connection): Promise<ServerFacts> => {
  const { headers, body } = await control.fetch(get('/health/ready'));
  const durability = headers['reveille-durability'];
  return { durability: typeof durability === 'string' ? durability : 'not said', ready: body };
};
