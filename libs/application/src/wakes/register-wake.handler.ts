import { createHash } from 'node:crypto';
import { parseEntityUrl, parseSource, registrationKey, type WakeCondition, type WakeRegistered } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import type { Caller } from '../kernel/stamp.js';
import { appendAskedFact } from './append-wake-fact.js';

export interface WakeRequest {
  readonly subscriberUrl: string;
  readonly sourceUrl: string;
  readonly condition: WakeCondition;
  readonly debounceMs?: number;
  readonly timeoutMs?: number;
  readonly includeResponse?: boolean;
  readonly manifestKey?: string;
}

/** The stored fact behind a request; equal requests have equal keys. @throws DomainError for URLs that name nothing */
export const wakeRegistered = (request: WakeRequest, now: number): WakeRegistered => {
  const { condition, manifestKey } = request;
  const tuple = {
    subscriber: parseEntityUrl(request.subscriberUrl).url,
    source: parseSource(request.sourceUrl).url,
    condition,
    debounceMs: request.debounceMs ?? 0,
    timeoutMs: request.timeoutMs ?? 0,
    ...(manifestKey === undefined ? {} : { manifestKey }),
  };
  return {
    key: createHash('sha256').update(registrationKey(tuple)).digest('hex'),
    ...tuple,
    includeResponse: request.includeResponse ?? true,
    at: new Date(now).toISOString(),
  };
};

export class RegisterWakeCommand extends Command<void> {
  constructor(
    readonly caller: Caller,
    readonly request: WakeRequest,
  ) {
    super();
  }
}

/** Answered once the fact is in the log: from then on no event of the source is missed. */
@CommandHandler(RegisterWakeCommand)
export class RegisterWakeHandler implements ICommandHandler<RegisterWakeCommand> {
  constructor(
    @Inject(EVENT_LOG) readonly log: Log,
    private readonly subjects: Subjects,
    readonly clock: Clock,
  ) {}

  async execute({ caller: { tenant, attempt }, request }: RegisterWakeCommand): Promise<void> {
    const data = wakeRegistered(request, this.clock.now());
    const subject = this.subjects.waiters(tenant, parseSource(data.source).path);
    await appendAskedFact(this, subject, { type: 'registered', data }, attempt);
  }
}
