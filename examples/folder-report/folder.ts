import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

/** A file as it was when the report was asked for. */
export interface TextFile {
  /** Relative to the folder, with slashes. */
  readonly name: string;
  readonly digest: string;
}

export interface Folder {
  readonly path: string;
  readonly files: readonly TextFile[];
}

const TEXT = /\.(md|markdown|txt|text|rst|adoc)$/i;
const IGNORED = new Set(['node_modules', 'dist', 'coverage']);

export const digestOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16);

const namesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name.startsWith('.') || IGNORED.has(entry.name) ? [] : namesIn(path);
      return entry.isFile() && TEXT.test(entry.name) ? [path] : [];
    }),
  );
  return nested.flat();
};

/** The text files below a folder, sorted by name. */
export const openFolder = async (folder: string): Promise<Folder> => {
  const path = resolve(folder);
  const files: TextFile[] = [];
  for (const file of (await namesIn(path)).toSorted())
    files.push({ name: relative(path, file).replaceAll('\\', '/'), digest: digestOf(await readFile(file)) });
  return { path, files };
};
