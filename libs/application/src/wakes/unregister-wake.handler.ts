import { DomainError, parseEntityUrl, parseSource, type WakeUnregistered } from '@app/domain';
import type { Log } from '@app/streams';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { Clock } from '@app/platform';
import type { Caller } from '../kernel/stamp.js';
import { appendAskedFact } from './append-wake-fact.js';
import { WakeQueries } from './wake-queries.js';

export interface WakeUnregistration {
  readonly subscriberUrl: string;
  /** Wins over `manifestKey`. */
  readonly sourceUrl?: string;
  readonly manifestKey?: string;
}

export class UnregisterWakeCommand extends Command<void> {
  constructor(
    readonly caller: Caller,
    readonly request: WakeUnregistration,
  ) {
    super();
  }
}

@CommandHandler(UnregisterWakeCommand)
export class UnregisterWakeHandler implements ICommandHandler<UnregisterWakeCommand> {
  constructor(
    @Inject(EVENT_LOG) readonly log: Log,
    readonly clock: Clock,
    private readonly subjects: Subjects,
    private readonly queries: WakeQueries,
  ) {}

  async execute({ caller, request }: UnregisterWakeCommand): Promise<void> {
    const { sourceUrl, manifestKey } = request;
    const subscriber = parseEntityUrl(request.subscriberUrl).url;
    if (sourceUrl !== undefined) return this.append(caller, sourceUrl, { subscriber });
    if (manifestKey === undefined)
      throw new DomainError('INVALID_WAKE_UNREGISTER', 'give a sourceUrl or a manifestKey');
    // Whatever was registered before this request came must be found.
    const sources = await this.queries.sources(caller.tenant, subscriber, manifestKey, await this.log.barrier());
    for (const source of sources) await this.append(caller, source, { subscriber, manifestKey });
  }

  private append({ tenant, attempt }: Caller, source: string, data: WakeUnregistered): Promise<void> {
    const subject = this.subjects.waiters(tenant, parseSource(source).path);
    return appendAskedFact(this, subject, { type: 'unregistered', data }, attempt);
  }
}
