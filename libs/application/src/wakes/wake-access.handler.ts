import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Caller } from '../kernel/stamp.js';
import { WakeAccess } from './wake-access.js';

/** Rejects unless the caller may let the subscriber wait for the source. */
export class RequireWakeAccessQuery extends Query<void> {
  constructor(
    readonly caller: Caller,
    readonly urls: { readonly subscriberUrl: string; readonly sourceUrl?: string },
  ) {
    super();
  }
}

@QueryHandler(RequireWakeAccessQuery)
export class WakeAccessHandler implements IQueryHandler<RequireWakeAccessQuery> {
  constructor(private readonly access: WakeAccess) {}

  async execute({ caller, urls: { subscriberUrl, sourceUrl } }: RequireWakeAccessQuery): Promise<void> {
    await this.access.subscriber(caller, subscriberUrl);
    if (sourceUrl !== undefined) await this.access.source(caller, sourceUrl);
  }
}
