import type { LogIndex } from '@app/streams';
import type { LogContract, LogWorld } from '../log-contract/contract-context.js';

/** A log with an index that can stop to follow, and go away. */
export interface IndexedWorld extends LogWorld {
  readonly index: LogIndex;
  /** The index stays where it is. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** The index cannot be asked. */
  takeAway(): Promise<void>;
  bringBack(): Promise<void>;
}

export type IndexContract = LogContract & { readonly world: () => IndexedWorld };
