import { runCommand } from '../run-command.js';

/** Older servers lack the atomic batches and schedules we rely on. */
export const OLDEST_NATS = '2.14.4';
/** The version everything was measured with; what a download fetches. */
export const RECOMMENDED_NATS = '2.15.1';

/** Negative, zero or positive, like a sort order. Pre-release suffixes are ignored. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

const numbers = (version: string): number[] => version.replace(/^v/, '').split('-')[0]!.split('.').map(Number);

export const isNewEnough = (version: string): boolean => compareVersions(version, OLDEST_NATS) >= 0;

/** Asks a binary for its version. @returns e.g. `2.15.1`, or undefined when it does not run here. */
export const versionOf = async (binary: string): Promise<string | undefined> => {
  const said = await runCommand(binary, ['--version'], { timeoutMs: 5_000 }).catch(() => '');
  return /v?(\d+\.\d+\.\d+\S*)/.exec(said)?.[1];
};
