import type { Config } from '@app/platform';
import { openDatabase } from '@app/read-model';
import { EXIT } from '../exit-codes.js';
import { probe, withDatabase } from '../ops-context.js';
import type { Output } from '../output.js';

/** Makes the tables what this version needs, for deployments whose apps may not. The apps do the same where they may. */
export const migrate = async (config: Config, output: Output): Promise<number> => {
  const there = await probe(() => withDatabase(config, (db) => db.query('SELECT 1')));
  if (!there.ok) {
    output.line(there.error);
    output.answer({ error: there.error });
    return EXIT.unreachable;
  }
  const url = config.databaseUrl ?? '';
  const database = await openDatabase({ url, poolSize: 2, applicationName: 'reveille-ops' });
  try {
    const applied = await database.query<{ name: string }>('SELECT name FROM reveille_migrations ORDER BY id');
    output.line(`the tables are those of this version; ${String(applied.length)} migrations have made them`);
    output.answer({ migrations: applied.map(({ name }) => name) });
    return EXIT.ok;
  } finally {
    await database.close();
  }
};
