import { Module, type DynamicModule } from '@nestjs/common';
import {
  ALLOW_DISCOVERY,
  EntityQueries,
  EVENT_LOG,
  LeaseHeartbeats,
  LocalLeaseHeartbeats,
  ManifestQueries,
  NoPeers,
  OperationQueries,
  Peers,
  REGISTRY_LOG,
  ShapeQueries,
  SIGNING_KEYS,
  Subjects,
  TENANT,
  TypeDescriptions,
  WakeQueries,
} from '@app/application';
import { Clock, HealthRegistry } from '@app/platform';
import { logSubjects } from '@app/runtime/log-subjects.js';
import { DtoTypeDescriptions } from './entity-types/registration.js';
import { GATEWAY_SETTINGS, type GatewayParts } from './gateway.parts.js';

/** The parts as injectables, for every module of the process. */
@Module({})
export class PartsModule {
  static of(parts: GatewayParts): DynamicModule {
    const { settings } = parts;
    const providers = [
      { provide: GATEWAY_SETTINGS, useValue: settings },
      { provide: TENANT, useValue: settings.tenant },
      { provide: ALLOW_DISCOVERY, useValue: settings.mode === 'development' },
      { provide: EVENT_LOG, useValue: parts.eventLog },
      { provide: REGISTRY_LOG, useValue: parts.registryLog },
      { provide: SIGNING_KEYS, useValue: parts.keys },
      { provide: EntityQueries, useValue: parts.queries },
      { provide: OperationQueries, useValue: parts.operationQueries },
      { provide: ManifestQueries, useValue: parts.manifestQueries },
      { provide: WakeQueries, useValue: parts.wakeQueries },
      { provide: ShapeQueries, useValue: parts.shapes },
      { provide: LeaseHeartbeats, useValue: parts.heartbeats ?? new LocalLeaseHeartbeats() },
      { provide: Peers, useValue: parts.peers ?? new NoPeers() },
      { provide: HealthRegistry, useValue: parts.health },
      { provide: Clock, useValue: parts.clock },
      { provide: Subjects, useValue: logSubjects },
      { provide: TypeDescriptions, useClass: DtoTypeDescriptions },
    ];
    return { module: PartsModule, global: true, providers, exports: providers };
  }
}
