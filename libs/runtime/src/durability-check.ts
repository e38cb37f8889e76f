import {
  durabilityOf,
  meets,
  readSyncSetting,
  requiredDurability,
  type Config,
  type DurabilityClass,
} from '@app/platform';

/** The broker promises less than the operator asked for. */
export class DurabilityTooWeak extends Error {
  override readonly name = 'DurabilityTooWeak';
}

/** The class the broker really gives. @throws DurabilityTooWeak when it is below what this configuration accepts. */
export const checkDurability = async (
  config: Pick<Config, 'app' | 'mode' | 'minDurability'>,
  facts: { readonly storage: 'file' | 'memory'; readonly replicas: number },
  monitorUrl: string | undefined,
): Promise<DurabilityClass> => {
  const sync = monitorUrl ? await readSyncSetting(monitorUrl) : 'unknown';
  const actual = durabilityOf({ ...facts, sync });
  const least = requiredDurability({ mode: config.mode, replicas: facts.replicas, configured: config.minDurability });
  // Who only looks after a system takes it as it is.
  if (config.app === 'ops' || meets(least, actual)) return actual;
  const unknown =
    sync === 'unknown' ? ' (its sync settings are unknown: set NATS_MONITOR_URL to let them be read)' : '';
  throw new DurabilityTooWeak(
    `the broker gives durability "${actual}"${unknown}, but "${least}" is required: ` +
      'set sync_interval: always on it, use three replicas, or lower REVEILLE_MIN_DURABILITY',
  );
};
