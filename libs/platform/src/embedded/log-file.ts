import { open, rename, stat } from 'node:fs/promises';

// A developer's log; one older file is kept so that a crash of yesterday can still be read.
const ROTATE_BYTES = 10 << 20;

/** Moves a log that has grown big aside. Called before a start, when nobody writes to it. */
export const rotateLog = async (path: string): Promise<void> => {
  const size = await stat(path).then(
    (s) => s.size,
    () => 0,
  );
  if (size > ROTATE_BYTES) await rename(path, `${path}.old`);
};

export const logSize = (path: string): Promise<number> =>
  stat(path).then(
    (s) => s.size,
    () => 0,
  );

const TAIL_BYTES = 4_000;

/** What was written since the position `from` (bytes), the last 4 kB of it. */
export const readLogSince = async (path: string, from: number): Promise<string> => {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    await file.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8').trim();
  } finally {
    await file.close();
  }
};
