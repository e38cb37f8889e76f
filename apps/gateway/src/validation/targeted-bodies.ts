import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetTypeQuery, RequireEntityQuery, type Caller } from '@app/application';
import { DomainError, type EntityAddress } from '@app/domain';

/** Bodies of routes whose target is looked up first: a bad body for something that does not exist is a 404. */
@Injectable()
export class TargetedBodies {
  constructor(private readonly queries: QueryBus) {}

  async forEntity<T>(caller: Caller, address: EntityAddress, read: () => T): Promise<T> {
    return this.orAfter(read, () => this.queries.execute(new RequireEntityQuery(caller, address)));
  }

  async forType<T>(caller: Caller, name: string, read: () => T): Promise<T> {
    return this.orAfter(read, () => this.queries.execute(new GetTypeQuery(caller, name)));
  }

  /** Spawning says of a missing type that it is unknown. */
  async forSpawn<T>(caller: Caller, { type }: EntityAddress, read: () => T): Promise<T> {
    return this.orAfter(read, async () => {
      try {
        await this.queries.execute(new GetTypeQuery(caller, type));
      } catch (error) {
        if (!(error instanceof DomainError && error.code === 'NOT_FOUND')) throw error;
        throw new DomainError('UNKNOWN_ENTITY_TYPE', error.message);
      }
    });
  }

  private async orAfter<T>(read: () => T, lookUp: () => Promise<unknown>): Promise<T> {
    try {
      return read();
    } catch (error) {
      await lookUp();
      throw error;
    }
  }
}
