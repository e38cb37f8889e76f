import {
  foldResponses,
  responseOf,
  type ActiveRegistration,
  type FinishedChild,
  type FinishedRun,
  type Json,
  type RunResponse,
  type WakeSource,
} from '@app/domain';
import { entityAggregate } from '@app/application/entities/entity-aggregate.js';
import {
  compareOffsets,
  inMemory,
  LogUnavailable,
  OffsetGone,
  parseOffset,
  START,
  StreamAbsent,
  type Log,
  type LogMessage,
} from '@app/streams';
import { LRUCache } from 'lru-cache';
import type { RunTexts } from './run-texts.js';

const PAGE = { messages: 1_000, bytes: 4 * 1024 * 1024 };
const PARENTS = 50_000;

export interface FinishedAt {
  readonly subject: string;
  readonly source: Extract<WakeSource, { kind: 'entity' }>;
  readonly message: LogMessage;
  /** Formatted offset after the entry that says the run is finished. */
  readonly offset: string;
  /** Including that entry. */
  readonly runs: RunTexts | undefined;
}

/** Tells a parent what its child has said. Everything comes from the log up to the event, so it never changes. */
export class FinishedChildren {
  /** Undefined is remembered as ''. */
  private readonly parents = new LRUCache<string, string>({ max: PARENTS });

  constructor(private readonly log: Log) {}

  /** Undefined when the subscriber is not the parent of the source. */
  async of({ data }: ActiveRegistration, run: FinishedRun, at: FinishedAt): Promise<FinishedChild | undefined> {
    if ((await this.parentOf(at)) !== data.subscriber) return undefined;
    const { url, type } = at.source;
    const child = { url, type, run_status: run.status };
    return data.includeResponse ? { ...child, ...(await this.said(run, at)) } : child;
  }

  /** An entity's parent never changes, so any message of its stream will do. */
  private async parentOf({ subject, message }: FinishedAt): Promise<string> {
    const known = this.parents.get(subject);
    if (known !== undefined) return known;
    const { state: after } = message;
    const cold = message.cold ?? (after.coldAt > 0 ? (await this.log.message(after.coldAt))?.cold : undefined);
    const entity = entityAggregate.restore({ hot: after.hot, cold, after, message });
    const parent = entity.situation === 'absent' ? '' : (entity.cold.parent ?? '');
    this.parents.set(subject, parent);
    return parent;
  }

  private async said(run: FinishedRun, at: FinishedAt): Promise<Partial<FinishedChild>> {
    if (at.runs && !at.runs.told.has(run.key)) return responseOf(at.runs.open.get(run.key), run.status);
    try {
      return responseOf((await this.readTexts(at)).get(run.key), run.status);
    } catch (error) {
      if (!(error instanceof StreamAbsent || error instanceof OffsetGone)) throw error;
      return { error: 'the response could not be loaded: the stream is gone' };
    }
  }

  /** What the runs had said when the entry was written. */
  private async readTexts({ subject, offset }: FinishedAt): Promise<ReadonlyMap<string, RunResponse>> {
    const runs = new Map<string, RunResponse>();
    const end = parseOffset(offset) ?? START;
    let from = START;
    while (compareOffsets(from, end) < 0) {
      const { entries, large, next } = await this.log.read(subject, from, PAGE);
      for (const entry of large ? [await inMemory(large)] : entries) {
        if (compareOffsets(entry.offset, end) > 0) return runs;
        const text = Buffer.from(entry.body).toString();
        // Most entries of a long history say nothing; looking is much cheaper than parsing.
        if (text.includes('text_delta') || text.includes('error'))
          foldResponses(runs, JSON.parse(`[${text}]`) as Json[]);
      }
      if (compareOffsets(next, from) <= 0) throw new LogUnavailable(`${subject} does not reach ${offset}`);
      from = next;
    }
    return runs;
  }
}
