import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Saga, type SagaParts } from './saga.js';

export { Saga, SAGA_GROUP, type SagaParts, type SagaStatus } from './saga.js';

/** The wake saga as a part of a process, which hands over what it stands on. */
@Module({})
export class SagaModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly saga: Saga) {}

  static of(parts: SagaParts): DynamicModule {
    return { module: SagaModule, providers: [{ provide: Saga, useFactory: () => new Saga(parts) }], exports: [Saga] };
  }

  onApplicationBootstrap(): void {
    this.saga.start();
  }

  /** While log and database are still open. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.saga.stop();
  }
}
