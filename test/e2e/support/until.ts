import { waitUntil } from '@app/platform/embedded/index.js';

/** Waits until `check` gives something true; says what it waited for when that never came. */
export const until = async <T>(
  what: string,
  check: () => T | Promise<T>,
  { withinMs = 20_000, everyMs = 20 } = {},
): Promise<NonNullable<T>> => {
  const found = await waitUntil(async () => (await check()) || undefined, { withinMs, everyMs });
  if (found === undefined) throw new Error(`waited ${String(withinMs)} ms in vain for ${what}`);
  return found;
};
