import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';

/**
 * The handlers behind the buses. The process provides globally: EVENT_LOG, REGISTRY_LOG, SIGNING_KEYS, Clock, Subjects,
 * EntityQueries.
 */
@Module({
  imports: [CqrsModule],
  providers: [],
  exports: [CqrsModule],
})
export class ApplicationModule {}
