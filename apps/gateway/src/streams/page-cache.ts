import { LRUCache } from 'lru-cache';
import { formatOffset, type Offset, type StreamEnd } from '@app/streams';
import { isEmpty, type Page } from './page.js';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PAGE_BYTES = 1024 * 1024;
// What a page costs beside its body; a small body is cut from a block of node's that it keeps in memory.
const OVERHEAD_BYTES = 512 + Buffer.poolSize;

const keyOf = (subject: string, from: Offset): string => `${formatOffset(from)} ${subject}`;

/**
 * Pages that were read lately. What lies between two offsets of one life never changes, so what a page holds is true for
 * as long as that life lasts; where the stream ends by now is asked for in any case.
 */
export class PageCache {
  private readonly pages = new LRUCache<string, Page>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_PAGE_BYTES,
    sizeCalculation: ({ body }) => body.length + OVERHEAD_BYTES,
  });

  /** The page after `from` in the life that the stream has. */
  find(subject: string, from: Offset, { exists, incarnation }: StreamEnd): Page | undefined {
    const page = this.pages.get(keyOf(subject, from));
    return page && exists && page.incarnation === incarnation ? page : undefined;
  }

  /** A large entry is never held, and that there is nothing is found out as fast. */
  keep(subject: string, from: Offset, page: Page): void {
    if (!isEmpty(page) && !page.large) this.pages.set(keyOf(subject, from), page);
  }
}
