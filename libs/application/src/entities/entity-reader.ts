import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DomainError, type EntityAddress, type JsonObject, type SpawnedEntity } from '@app/domain';
import type { Log } from '@app/streams';
import { TypeRegistry } from '../entity-types/type-registry.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { entityView, type EntityView } from './entity-view.js';
import { EntityWriter } from './entity-writer.js';
import { PrincipalEntities } from './principal-entities.js';

// Args are at most 256 KB each; most are far smaller.
const KEPT_ARGS = 2000;
const KEPT_ARGS_CHARACTERS = 32 * 1024 * 1024;

interface FirstItem {
  readonly value?: { readonly args?: JsonObject };
}

export interface ReadEntity {
  readonly entity: SpawnedEntity;
  readonly incarnation: number;
}

/** Reads one entity from the log, as of a barrier taken after the call began. */
@Injectable()
export class EntityReader {
  private readonly args = new LRUCache<string, JsonObject>({
    max: KEPT_ARGS,
    maxSize: KEPT_ARGS_CHARACTERS,
    sizeCalculation: (args) => JSON.stringify(args).length,
  });

  constructor(
    private readonly writer: EntityWriter,
    private readonly types: TypeRegistry,
    private readonly principals: PrincipalEntities,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** @throws DomainError NOT_FOUND, or UNKNOWN_ENTITY_TYPE when not even the type exists */
  async require(tenant: string, address: EntityAddress): Promise<ReadEntity> {
    await this.principals.ensureAddressed(tenant, address);
    const { state, incarnation } = await this.writer.load(tenant, address);
    if (state.situation === 'absent') throw await this.missing(tenant, address);
    return { entity: state, incarnation };
  }

  async missing(tenant: string, { type, url }: EntityAddress): Promise<DomainError> {
    return (await this.types.current(tenant, type)) === undefined
      ? new DomainError('UNKNOWN_ENTITY_TYPE', `there is no entity type "${type}"`)
      : new DomainError('NOT_FOUND', `there is no entity ${url}`);
  }

  async view(tenant: string, address: EntityAddress, { entity, incarnation }: ReadEntity): Promise<EntityView> {
    const args = entity.cold.hasArgs === true ? await this.spawnArgs(tenant, address, incarnation) : {};
    return entityView(address.path, entity, args);
  }

  /** They are in the first public item only, since they never change. */
  private async spawnArgs(tenant: string, { path }: EntityAddress, incarnation: number): Promise<JsonObject> {
    const key = `${tenant} ${path} ${String(incarnation)}`;
    const known = this.args.get(key);
    if (known) return known;
    const args = await this.readArgs(incarnation);
    this.args.set(key, args);
    return args;
  }

  private async readArgs(incarnation: number): Promise<JsonObject> {
    const message = await this.log.message(incarnation);
    const first = message && this.log.entries(message)[0];
    if (first === undefined) throw new Error(`message ${String(incarnation)} holds no spawn`);
    const [item] = JSON.parse(`[${Buffer.from(first.body).toString('utf8')}]`) as readonly FirstItem[];
    return item?.value?.args ?? {};
  }
}
