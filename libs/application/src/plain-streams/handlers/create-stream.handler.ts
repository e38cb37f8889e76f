import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideCreate, DomainError, type Created, type ForkOrigin, type StreamConfig } from '@app/domain';
import { Clock } from '@app/platform';
import { Contended, DeadlineExceeded, LogUnavailable, type Log, type Offset } from '@app/streams';
import type { Stored } from '../../kernel/replay.js';
import type { Caller, Stamp } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { ForkSources, type TakenFork } from '../fork-sources.js';
import { PlainStreamWriter, type PlainWritten } from '../plain-stream-writer.js';
import { PlainStreams, REFERENCE_USABLE_MS } from '../plain-streams.js';
import { asDecided, SharedStateGuard, type Allowed } from '../shared-state-guard.js';
import type { StreamBody } from '../stream-body.js';

export interface CreateAnswer {
  readonly created: boolean;
  readonly contentType: string;
  readonly tail: Offset;
  readonly closed: boolean;
}

export class CreateStreamCommand extends StreamCommand<CreateAnswer> {
  constructor(
    readonly caller: Caller,
    readonly path: string,
    readonly config: StreamConfig,
    /** Reads the first content as what the stream will hold; a fork learns that from its source. */
    readonly body: (contentType: string) => Promise<StreamBody>,
    /** URL of an entity, see SharedStateAccess. */
    readonly owner?: string,
  ) {
    super();
  }

  get target(): string {
    return this.path;
  }
}

export const DEFAULT_TYPE = 'application/octet-stream';

// Each time somebody else has created, deleted or given up a stream at the very path since the reference was taken.
const ATTEMPTS = 10;

/** With the origin that is in the log, if this was written before: another attempt took a reference of its own. */
const forkOf = ({ fork }: TakenFork, stored: Stored | undefined, seq: number): TakenFork['fork'] => {
  if (stored === undefined) return fork;
  const written = stored.events.find(({ type }) => type === 'created')?.data as
    { readonly fork?: ForkOrigin } | undefined;
  // It was written in time.
  return { ...fork, origin: written?.fork ?? fork.origin, after: seq };
};

@CommandHandler(CreateStreamCommand)
export class CreateStreamHandler implements ICommandHandler<CreateStreamCommand> {
  constructor(
    private readonly writer: PlainStreamWriter,
    private readonly streams: PlainStreams,
    private readonly sources: ForkSources,
    private readonly guard: SharedStateGuard,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  execute(command: CreateStreamCommand): Promise<CreateAnswer> {
    const { caller, path, owner } = command;
    return this.guard.writing(caller, path, owner, (allowed) => this.allowed(command, allowed));
  }

  private async allowed(command: CreateStreamCommand, allowed: Allowed): Promise<CreateAnswer> {
    const { caller, path } = command;
    const taken = command.stamped(this.log, this.clock);
    let written = await this.create(command, taken, allowed);
    if (written.result.kind === 'held') {
      // Perhaps only forks that have ended hold it.
      const { state } = await this.streams.current(caller.tenant, path);
      if (state.situation === 'absent')
        written = await this.create(command, { ...taken, id: `${taken.id}-again` }, allowed);
    }
    const { result, contentType, tail, closed } = written;
    if (result.kind === 'held')
      throw new DomainError('STREAM_CONFLICT', 'the stream was deleted, and its forks still need it');
    if (result.kind === 'created') await this.streams.release(caller.tenant, result.ended);
    return { created: result.kind === 'created', contentType, tail, closed };
  }

  private async create(command: CreateStreamCommand, taken: Stamp, allowed: Allowed): Promise<PlainWritten<Created>> {
    if (command.config.fork === undefined) return this.submit(command, taken, allowed);
    return this.fork(command, taken, command.config.fork);
  }

  private async fork(
    command: CreateStreamCommand,
    taken: Stamp,
    asked: NonNullable<StreamConfig['fork']>,
  ): Promise<PlainWritten<Created>> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const written = await this.forkOnce(command, taken, asked);
      if (written.result.kind !== 'overtaken') return written;
    }
    throw new Contended('others keep creating and deleting the stream');
  }

  private async forkOnce(
    command: CreateStreamCommand,
    taken: Stamp,
    asked: NonNullable<StreamConfig['fork']>,
  ): Promise<PlainWritten<Created>> {
    const { caller, path, config } = command;
    const { tenant } = caller;
    // What is there needs no source to be compared with.
    const target = await this.streams.current(tenant, path);
    if (target.state.situation !== 'absent') {
      const { tail, closed, contentType } = target;
      const { result, units } = decideCreate(target.state, target, { now: this.clock.now(), config });
      if (units.length === 0) return { result, tail, closed, contentType, seq: undefined };
    }
    const source = await this.sources.take(tenant, { path, after: target.seq }, asked, config.contentType);
    return this.heldUntilCreated(tenant, source.fork.origin, () => this.submit(command, taken, asDecided, source));
  }

  /** A fork that does not come to be with its reference gives that back. Without an answer nobody knows: then it stays. */
  private async heldUntilCreated(
    tenant: string,
    origin: ForkOrigin,
    create: () => Promise<PlainWritten<Created>>,
  ): Promise<PlainWritten<Created>> {
    try {
      const written = await create();
      const { result } = written;
      if (result.kind !== 'created' || result.origin?.reference !== origin.reference)
        await this.streams.release(tenant, origin);
      return written;
    } catch (error) {
      const unknown = error instanceof DeadlineExceeded || error instanceof LogUnavailable;
      if (!unknown) await this.streams.release(tenant, origin);
      throw error;
    }
  }

  private async submit(
    { caller, path, config, body }: CreateStreamCommand,
    taken: Stamp,
    allowed: Allowed,
    source?: TakenFork,
  ): Promise<PlainWritten<Created>> {
    const { sent, problem } = await body(config.contentType ?? source?.fork.contentType ?? DEFAULT_TYPE);
    return this.writer.submit(caller.tenant, path, taken, {
      decide: ({ state, ...facts }, stored) => {
        // Later the source need not know of it any more, and what they share may be gone.
        if (stored === undefined && source !== undefined && this.clock.now() - source.takenAt > REFERENCE_USABLE_MS)
          throw new DeadlineExceeded(false);
        const now = stored?.at ?? taken.now;
        const decided = decideCreate(state, facts, {
          now,
          config,
          ...(source === undefined ? {} : { fork: forkOf(source, stored, facts.seq) }),
          ...(problem === undefined ? {} : { bodyProblem: problem }),
        });
        return allowed(state, now, decided);
      },
      sent,
      creates: true,
      ...(source === undefined ? {} : { lineage: source.lineage }),
    });
  }
}
