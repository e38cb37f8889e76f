import { LogFeedStrategy } from '@app/messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { PROJECTOR_WORKS, ProjectorController } from './projector.controller.js';
import { projectorFeeds } from './projector.feeds.js';
import type { ProjectorParts } from './projector.parts.js';

/** Root module of the projector. Whoever starts it connects the `LogFeedStrategy` it provides as a microservice. */
@Module({})
export class ProjectorModule {
  static of(parts: ProjectorParts): DynamicModule {
    const feeds = projectorFeeds(parts);
    return {
      module: ProjectorModule,
      controllers: [ProjectorController],
      providers: [
        { provide: PROJECTOR_WORKS, useValue: new Map(feeds.map(({ group, work }) => [group, work])) },
        { provide: LogFeedStrategy, useValue: new LogFeedStrategy(feeds) },
      ],
      exports: [LogFeedStrategy],
    };
  }
}
