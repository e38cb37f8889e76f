import { BaseRpcContext, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';

/** Applies one batch; resolves when it is done, inside the transaction that also moves the position. */
export type ApplyBatch = (batch: unknown, tx: unknown) => Promise<void>;

/** The batches of one worker group. */
export interface LogFeedSource {
  readonly group: string;
  open(apply: ApplyBatch): RunningFeed;
}

export interface RunningFeed {
  start(): void;
  /** Finishes the batch under way. */
  stop(): Promise<void>;
}

/** The open transaction of the batch. */
export class LogBatchContext extends BaseRpcContext<[tx: unknown]> {
  getTransaction(): unknown {
    return this.getArgByIndex(0);
  }
}

/** Event pattern of the batches of a worker group. */
export const logBatch = (group: string): string => `log.batch.${group}`;

/**
 * The log as a Nest transport: batches are events, and an event counts as handled when the handler's promise or
 * observable completes. A handler that fails has its batch rolled back and gets it again.
 */
export class LogFeedStrategy extends Server implements CustomTransportStrategy {
  private feeds: readonly RunningFeed[] = [];

  constructor(private readonly sources: readonly LogFeedSource[]) {
    super();
  }

  listen(callback: (...args: unknown[]) => unknown): void {
    this.feeds = this.sources.map((source) => source.open(this.applyWith(source.group)));
    for (const feed of this.feeds) feed.start();
    callback();
  }

  async close(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.stop()));
    this.feeds = [];
  }

  override on(): never {
    throw new Error('the log has no events of its own');
  }

  override unwrap<T>(): T {
    return this.feeds as T;
  }

  private applyWith(group: string): ApplyBatch {
    const handler = this.getHandlerByPattern(logBatch(group));
    if (!handler) throw new Error(`no handler for ${logBatch(group)}`);
    return async (batch, tx) => {
      const result: unknown = await handler(batch, new LogBatchContext([tx]));
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    };
  }
}
