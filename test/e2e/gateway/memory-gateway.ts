import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  EntityQueries,
  ManifestQueries,
  OperationQueries,
  ShapeQueries,
  WakeQueries,
  type EntityPage,
} from '@app/application';
import { HealthRegistry, parseSigningKeys, SystemClock, type IdentityConfig, type Mode } from '@app/platform';
import { openMemoryLog } from '@app/streams/memory/index.js';
import {
  createAdapter,
  GatewayModule,
  setUpDocs,
  type GatewayParts,
} from '../../../apps/gateway/src/gateway.module.js';

class NoEntities extends EntityQueries {
  override page(): Promise<EntityPage> {
    return Promise.resolve({ json: [], next: undefined });
  }

  override urls(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  override count(): Promise<number> {
    return Promise.resolve(0);
  }

  override tree(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  override activeClaims(): Promise<readonly []> {
    return Promise.resolve([]);
  }
}

class NoOperations extends OperationQueries {
  override abandoned(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}

class NoManifests extends ManifestQueries {
  override entry(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

class NoWakes extends WakeQueries {
  override sources(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}

class NoShapes extends ShapeQueries {
  override define(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override page(): Promise<never> {
    return Promise.reject(new Error('there are no shapes'));
  }

  override changes(): Promise<never> {
    return Promise.reject(new Error('there are no shapes'));
  }

  override together(): Promise<never> {
    return this.changes();
  }

  override watch(): () => void {
    return () => undefined;
  }
}

export interface RunningGateway {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly stop: () => Promise<void>;
}

/** Everybody is who the header says. */
export const TRUSTING: IdentityConfig = { tokens: undefined, trustPrincipalHeader: true };

/** The gateway alone, on logs that live in memory and an empty read model: for what needs no servers. */
export const startMemoryGateway = async (
  mode: Mode = 'development',
  shared: Partial<Pick<GatewayParts, 'eventLog' | 'registryLog' | 'heartbeats' | 'clock'>> = {},
  identity = TRUSTING,
  sseLifetimeMs = 60_000,
): Promise<RunningGateway> => {
  const {
    eventLog = await openMemoryLog(),
    registryLog = await openMemoryLog(),
    heartbeats,
    clock = new SystemClock(),
  } = shared;
  const parts = {
    settings: {
      mode,
      identity,
      tenant: 'default',
      durability: 'memory' as const,
      longPollTimeoutMs: 1_000,
      sseLifetimeMs,
      attachmentBytes: 1 << 20,
      readBytes: 1 << 20,
    },
    eventLog,
    registryLog,
    ...(heartbeats && { heartbeats }),
    queries: new NoEntities(),
    manifestQueries: new NoManifests(),
    wakeQueries: new NoWakes(),
    operationQueries: new NoOperations(),
    shapes: new NoShapes(),
    keys: parseSigningKeys('ab'.repeat(32)),
    health: new HealthRegistry(),
    clock,
  };
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.of(parts), createAdapter(), {
    logger: ['error'],
    abortOnError: false,
  });
  setUpDocs(app);
  await app.listen(0, '127.0.0.1');
  return {
    url: await app.getUrl(),
    app,
    stop: async () => {
      await app.close();
      await Promise.all([eventLog.close(), registryLog.close()]);
    },
  };
};
