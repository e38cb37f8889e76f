import type { JsonObject, StreamItem } from '../kernel/stream-item.js';
import type { WakeChange } from './matching.js';

/** The child whose run ended, told to its parent. */
export interface FinishedChild {
  readonly url: string;
  readonly type: string;
  readonly run_status: 'completed' | 'failed';
  readonly response?: string;
  readonly error?: string;
}

export interface Wake {
  /** Sequence that activated the registration. */
  readonly registration: number;
  /** `{offset of the entry}-{1-based index in it}`. */
  readonly srcId: string;
  /** ISO. */
  readonly timestamp: string;
  readonly source: string;
  readonly timeout: boolean;
  readonly changes: readonly WakeChange[];
  readonly finishedChild?: FinishedChild | undefined;
}

/** The public `wake` event on the subscriber's stream. */
export const wakeItem = (wake: Wake): StreamItem => {
  const { registration, srcId, timestamp, source, timeout, changes, finishedChild } = wake;
  const child: JsonObject = finishedChild ? { finished_child: { ...finishedChild } } : {};
  return {
    type: 'wake',
    key: `wake-${registration}-${srcId}`,
    value: { timestamp, source, timeout, changes, ...child },
    headers: { operation: 'insert' },
  };
};
