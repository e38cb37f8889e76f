import type { Client } from 'pg';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

// Loaded when first needed: whoever only starts servers does not pay for a database client.
const connected = async <T>(url: string, use: (client: Client) => Promise<T>): Promise<T> => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
};

/** Creates a database unless it exists. `adminUrl` points to another database of the same server. */
export const ensureDatabase = (adminUrl: string, name: string): Promise<void> =>
  connected(adminUrl, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${quoted(name)}`);
  });

/** Ends the connections of a database and removes it; nothing happens when there is none. */
export const dropDatabase = (adminUrl: string, name: string): Promise<void> =>
  connected(adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
  });
