/*
 * Stacks that name our sources, by the source maps beside the compiled files. Node's own `--enable-source-maps` reads those of
 * all packages, too, as they are loaded, and keeps them with the sources they contain: 12 MB in every process. Here a
 * map is read when a stack names its file, and only below one folder.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPILED = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/;

const mapOf = (file) => {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  } catch {
    return undefined;
  }
};

/** From now on, for files below `folder`. */
export const showSources = (folder) => {
  const maps = new Map();

  const placeIn = (text, url, line, column) => {
    const file = fileURLToPath(url);
    if (!file.startsWith(folder)) return text;
    if (!maps.has(file)) maps.set(file, mapOf(file));
    // Places in a stack count from 1, in a map from 0.
    const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry?.originalSource === undefined) return text;
    const source = resolve(dirname(file), entry.originalSource.replace(/^file:\/\//, ''));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  };

  const head = (error) => {
    try {
      return String(error);
    } catch {
      return 'Error';
    }
  };

  Error.prepareStackTrace = (error, frames) =>
    [head(error), ...frames.map((frame) => `    at ${String(frame).replace(COMPILED, placeIn)}`)].join('\n');
};
