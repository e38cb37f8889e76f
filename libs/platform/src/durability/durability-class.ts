/** What an acknowledged write survives, weakest first. */
export const DURABILITY_CLASSES = ['memory', 'page-cache', 'fsync', 'quorum', 'quorum+fsync'] as const;

/**
 * - `memory`: nothing but the network connection;
 * - `page-cache`: a killed broker process, not a power cut;
 * - `fsync`: a power cut, not the loss of the disk;
 * - `quorum`: the loss of a node, not a power cut of all nodes at once;
 * - `quorum+fsync`: both.
 */
export type DurabilityClass = (typeof DURABILITY_CLASSES)[number];

/** `always`, the interval in milliseconds, or `unknown` when the broker's monitor cannot be read. */
export type SyncSetting = 'always' | number | 'unknown';

export interface BrokerFacts {
  readonly storage: 'memory' | 'file';
  readonly replicas: number;
  readonly sync: SyncSetting;
}

// With two replicas a majority is both of them: a write survives one loss, but then nothing can be written. Not promised as quorum.
const QUORUM_REPLICAS = 3;

/** The class a broker really gives. What is unknown counts as absent. */
export const durabilityOf = ({ storage, replicas, sync }: BrokerFacts): DurabilityClass => {
  if (storage === 'memory') return 'memory';
  const synced = sync === 'always';
  if (replicas >= QUORUM_REPLICAS) return synced ? 'quorum+fsync' : 'quorum';
  return synced ? 'fsync' : 'page-cache';
};

/**
 * Whether `actual` is at least `least` in the order of `DURABILITY_CLASSES`. It is the order of operators' worries: losing a
 * node is taken as the more likely event than a power cut of three nodes at once, so `quorum` meets `fsync`.
 */
export const meets = (least: DurabilityClass, actual: DurabilityClass): boolean =>
  DURABILITY_CLASSES.indexOf(actual) >= DURABILITY_CLASSES.indexOf(least);

export interface DurabilityDemand {
  readonly mode: 'development' | 'production';
  readonly replicas: number;
  /** What the operator asked for, if anything. */
  readonly configured?: DurabilityClass | undefined;
}

/** The weakest class that is accepted: asked for, else anything in development, and in production what the replicas should give. */
export const requiredDurability = ({ mode, replicas, configured }: DurabilityDemand): DurabilityClass => {
  if (configured) return configured;
  if (mode === 'development') return 'memory';
  return replicas >= QUORUM_REPLICAS ? 'quorum' : 'fsync';
};
