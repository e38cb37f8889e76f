import { Module, type DynamicModule } from '@nestjs/common';
import { EntityQueries, EVENT_LOG, REGISTRY_LOG, SIGNING_KEYS, Subjects } from '@app/application';
import { entityTypeSubject, grantsSubject, streamSubject, waitersSubject } from '@app/contracts';
import { Clock, HealthRegistry } from '@app/platform';
import { GATEWAY_SETTINGS, type GatewayParts } from './gateway.parts.js';

const subjects: Subjects = {
  stream: streamSubject,
  waiters: waitersSubject,
  grants: grantsSubject,
  entityType: entityTypeSubject,
};

/** The parts as injectables, for every module of the process. */
@Module({})
export class PartsModule {
  static of(parts: GatewayParts): DynamicModule {
    const providers = [
      { provide: GATEWAY_SETTINGS, useValue: parts.settings },
      { provide: EVENT_LOG, useValue: parts.eventLog },
      { provide: REGISTRY_LOG, useValue: parts.registryLog },
      { provide: SIGNING_KEYS, useValue: parts.keys },
      { provide: EntityQueries, useValue: parts.queries },
      { provide: HealthRegistry, useValue: parts.health },
      { provide: Clock, useValue: parts.clock },
      { provide: Subjects, useValue: subjects },
    ];
    return { module: PartsModule, global: true, providers, exports: providers };
  }
}
