import type { AppLogger } from '@app/platform';
import { LogUnavailable } from '@app/streams';

export interface Sweepable {
  readonly tenant: string;
  readonly path: string;
}

export interface Sweep<T extends Sweepable> {
  readonly first: T;
  /** What is due behind `after`, in order. */
  readonly page: (after: T, limit: number) => Promise<readonly T[]>;
  /** Whether it is this process's business. */
  readonly owns: (tenant: string, path: string) => boolean;
  readonly settle: (tenant: string, path: string) => Promise<void>;
  readonly logger: AppLogger;
  /** What is said of one that cannot be settled. */
  readonly trouble: string;
  readonly signal: AbortSignal;
}

const PAGE = 500;
// Requests of clients go first.
const AT_ONCE = 8;

/** All that are due, page by page: one that cannot be settled keeps nobody waiting. @throws LogUnavailable */
export const sweepPages = async <T extends Sweepable>(sweep: Sweep<T>): Promise<void> => {
  const { first, page, owns, settle, logger, trouble, signal } = sweep;
  const settled = async ({ tenant, path }: T): Promise<void> => {
    try {
      await settle(tenant, path);
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      logger.warn(trouble, { error, tenant, path });
    }
  };
  let after = first;
  for (;;) {
    const found = await page(after, PAGE);
    const own = found.filter(({ tenant, path }) => owns(tenant, path));
    for (let at = 0; at < own.length; at += AT_ONCE) {
      signal.throwIfAborted();
      await Promise.all(own.slice(at, at + AT_ONCE).map(settled));
    }
    const last = found.at(-1);
    if (!last || found.length < PAGE) return;
    after = last;
  }
};
