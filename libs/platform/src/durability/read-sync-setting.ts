import type { SyncSetting } from './durability-class.js';

// At boot only; a monitor that does not answer makes the setting unknown, which is safe.
const ANSWER_MS = 2_000;
const NANOSECONDS_PER_MS = 1_000_000;

/** Reads how the broker syncs from its monitoring address (`http://host:8222`). Never throws: `unknown` then. */
export const readSyncSetting = async (monitorUrl: string): Promise<SyncSetting> => {
  try {
    const answer = await fetch(new URL('/jsz?config=true', monitorUrl), { signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok ? syncSettingOf(await answer.json()) : 'unknown';
  } catch {
    return 'unknown';
  }
};

/** Takes the setting out of the `/jsz?config=true` document: `config.sync_always`, `config.sync_interval` in nanoseconds. */
export const syncSettingOf = (document: unknown): SyncSetting => {
  const config = field(document, 'config');
  if (field(config, 'sync_always') === true) return 'always';
  const interval = field(config, 'sync_interval');
  return typeof interval === 'number' && interval > 0 ? interval / NANOSECONDS_PER_MS : 'unknown';
};

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
