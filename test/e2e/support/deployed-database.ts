import { readFile } from 'node:fs/promises';
import { connectDatabase } from '@app/read-model';
import type { TestServers } from '@app/testing/servers.js';
import { ReveilleChild } from './reveille-child.js';

export type DatabaseRole = 'migrator' | 'gateway' | 'projector' | 'saga';

const ROLES: readonly DatabaseRole[] = ['migrator', 'gateway', 'projector', 'saga'];

const passwordOf = (role: DatabaseRole): string => `pw-${role}`;

/** `deploy/postgres/roles.sql` as psql would send it, statement by statement; the embedded server comes without psql. */
const asSql = (script: string, database: string): string =>
  ROLES.reduce((text, role) => text.replace(`:'${role}_password'`, `'${passwordOf(role)}'`), script)
    .replace(/^\\.*$/gm, '')
    .replace(
      /SELECT format\('(.*)', current_database\(\)\) \\gexec/g,
      (_, format: string) => `${format.replace('%I', database)};`,
    );

/** A database with the roles of a deployment; one for each server, whose roles they are. */
export class DeployedDatabase {
  private constructor(private readonly address: string) {}

  static async create(servers: TestServers): Promise<DeployedDatabase> {
    const address = await servers.freshDatabase();
    const database = await connectDatabase({ url: address });
    const script = await readFile('deploy/postgres/roles.sql', 'utf8');
    for (const statement of asSql(script, new URL(address).pathname.slice(1)).split(/;\n/))
      await database.execute(statement);
    await database.close();
    return new DeployedDatabase(address);
  }

  /** As the superuser, for a look. */
  get url(): string {
    return this.address;
  }

  urlOf(role: DatabaseRole): string {
    const url = new URL(this.address);
    url.username = `reveille_${role}`;
    url.password = passwordOf(role);
    return url.href;
  }

  /** As the service `migrate` of docker-compose.yml does. */
  async migrate(): Promise<void> {
    const child = ReveilleChild.spawn({
      command: [process.execPath, 'scripts/start.mjs', 'ops', 'migrate'],
      // The broker is not asked, but the programs want to know of it.
      env: { NATS_URL: 'nats://127.0.0.1:1', DATABASE_URL: this.urlOf('migrator') },
    });
    const { code } = await child.ended;
    if (code !== 0) throw new Error(`not migrated:\n${child.output}`);
  }
}
