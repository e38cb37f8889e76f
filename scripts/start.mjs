/*
 * Builds if needed, then runs a compiled entry in this very process:
 *   start.mjs <app | bench | bench:routing | bench:streams | conformance:clusters | example:<name>> [...args]
 * No child process, so signals and the exit code are the app's own.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, root } from './build.mjs';
import { showSources } from './source-stacks.mjs';

const names = (folder) => {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
};

const entries = () =>
  new Map([
    ...names('apps').map((name) => [name, `apps/${name}/src/main`]),
    ...names('examples').flatMap((name) => [
      [`example:${name}`, `examples/${name}/main`],
      [`examples/${name}`, `examples/${name}/main`],
    ]),
    ['bench', 'test/bench/main'],
    ['bench:routing', 'test/bench/routing/main'],
    ['bench:streams', 'test/bench/streams/main'],
    ['conformance:clusters', 'test/conformance/clusters/main'],
  ]);

const [name, ...args] = process.argv.slice(2);
const entry = entries().get(name);
if (!entry || !existsSync(join(root, `${entry}.ts`))) {
  const known = [...entries()].filter(([key, path]) => !key.includes('/') && existsSync(join(root, `${path}.ts`)));
  console.error(`usage: node scripts/start.mjs <${known.map(([key]) => key).join(' | ')}> [...args]`);
  process.exit(64);
}

try {
  await buildIfNeeded();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const program = join(root, 'dist', 'programs', `${name}.js`);
const main = existsSync(program) ? program : join(root, 'dist', `${entry}.js`);
showSources(join(root, 'dist'));
process.argv = [process.argv[0], main, ...args];
await import(pathToFileURL(main).href);
