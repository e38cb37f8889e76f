import { randomUUID } from 'node:crypto';
import { ApiError } from '@app/client';
import type { Claim, Client, StreamEvent } from './client.js';

/** Another worker has claimed the entity: this one has no say any more. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

/** The entity takes no more work: it was stopped, killed or paused. */
export class NoMoreWork extends Error {
  override readonly name = 'NoMoreWork';
}

const RUN = 'run-0';
const TEXT = 'msg-0';
const LEASE_MS = 30_000;

const insert = { operation: 'insert' };
const update = { operation: 'update' };

export type RunStatus = 'absent' | 'started' | 'completed' | 'failed';

/** What the stream says about the run: how far it is, and the parts of its text. */
export const foldRun = (
  events: readonly StreamEvent[],
): { readonly status: RunStatus; readonly parts: readonly string[] } => {
  const runs = events.filter(({ type, key }) => type === 'run' && key === RUN);
  const parts = events.flatMap(({ type, value }) => (type === 'text_delta' ? [String(value?.['delta'])] : []));
  return { status: (runs.at(-1)?.value?.['status'] as RunStatus | undefined) ?? 'absent', parts };
};

/**
 * The work on one entity: claim it, read what is there, write what is missing, release it. A worker that was killed
 * leaves its claim and half a run; the next one's claim fences it, and goes on after the last part that is on the stream.
 */
export class Run {
  private seq = 0;
  private readonly heartbeats: NodeJS.Timeout;
  /** Events that were on the stream after the claim; nobody else has added to its run since. */
  readonly events: readonly StreamEvent[];
  readonly offset: string;
  status: RunStatus;
  parts: readonly string[];

  private constructor(
    private readonly client: Client,
    readonly entity: string,
    private readonly claim: Claim,
    read: { readonly events: readonly StreamEvent[]; readonly offset: string },
  ) {
    this.events = read.events;
    this.offset = read.offset;
    ({ status: this.status, parts: this.parts } = foldRun(read.events));
    // Whether the claim is still ours is told by the next write, so a failed heartbeat needs no answer here.
    this.heartbeats = setInterval(() => {
      client.heartbeat(entity, claim).catch(() => undefined);
    }, LEASE_MS / 3).unref();
  }

  /** @throws NoMoreWork */
  static async open(client: Client, entity: string, runner: string): Promise<Run> {
    const claim = await client.claim(entity, runner, LEASE_MS);
    if (!claim) throw new NoMoreWork(`${entity} takes no more work`);
    return new Run(client, entity, claim, await client.read(entity));
  }

  get finished(): boolean {
    return this.status === 'completed' || this.status === 'failed';
  }

  get text(): string {
    return this.parts.join('');
  }

  /** Says where the work is; a worker that comes later finds the run started. */
  async start(): Promise<void> {
    if (this.status !== 'absent') return;
    await this.append([
      { type: 'run', key: RUN, value: { status: 'started' }, headers: insert },
      { type: 'text', key: TEXT, value: { run_id: RUN, status: 'streaming' }, headers: insert },
    ]);
    this.status = 'started';
  }

  async say(part: string): Promise<void> {
    const value = { text_id: TEXT, run_id: RUN, delta: part };
    await this.append([{ type: 'text_delta', key: `${TEXT}:${String(this.parts.length)}`, value, headers: insert }]);
    this.parts = [...this.parts, part];
  }

  async complete(): Promise<void> {
    await this.append([
      { type: 'text', key: TEXT, value: { run_id: RUN, status: 'completed' }, headers: update },
      { type: 'run', key: RUN, value: { status: 'completed', finish_reason: 'stop' }, headers: update },
    ]);
    this.status = 'completed';
  }

  async fail(message: string): Promise<void> {
    const error = { error_code: 'READ_FAILED', message, run_id: RUN };
    await this.append([
      { type: 'error', key: `${RUN}:error-${randomUUID()}`, value: error, headers: insert },
      { type: 'text', key: TEXT, value: { run_id: RUN, status: 'completed' }, headers: update },
      { type: 'run', key: RUN, value: { status: 'failed', finish_reason: 'error' }, headers: update },
    ]);
    this.status = 'failed';
  }

  /** Gives the claim back, unless somebody else has it. */
  async release(): Promise<void> {
    try {
      await this.client.release(this.entity, this.claim);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  stopHeartbeats(): void {
    clearInterval(this.heartbeats);
  }

  private async append(events: readonly StreamEvent[]): Promise<void> {
    const { token, claimEpoch } = this.claim;
    try {
      // Every claim is an epoch of its own; the numbers make a repeated request count once.
      await this.client.append(this.entity, token, { id: 'worker', epoch: claimEpoch, seq: this.seq }, events);
      this.seq += 1;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'UNAUTHORIZED') throw new TakenOver(`${this.entity} was claimed by another worker`);
      if (error.code === 'NOT_RUNNING') throw new NoMoreWork(`${this.entity} has ended`);
      throw error;
    }
  }
}

/** Opens a run, works on it and releases it; after an error the claim is left to whoever comes next. */
export const withRun = async <T>(
  open: { readonly client: Client; readonly entity: string; readonly runner: string },
  work: (run: Run) => Promise<T>,
): Promise<T> => {
  const run = await Run.open(open.client, open.entity, open.runner);
  try {
    const result = await work(run);
    await run.release();
    return result;
  } finally {
    run.stopHeartbeats();
  }
};
