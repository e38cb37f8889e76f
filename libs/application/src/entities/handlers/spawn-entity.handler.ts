import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  decideSpawn,
  DomainError,
  type AskedEntityGrant,
  type DispatchPolicy,
  type EntityAddress,
  type InitialMessage,
  type Json,
  type JsonObject,
  type Spawn,
  type WakeRegistered,
} from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { requireType } from '../../access/type-access.js';
import { TypeRegistry } from '../../entity-types/type-registry.js';
import { anything } from '../../kernel/replay.js';
import type { Caller, Stamp } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { WakeAccess } from '../../wakes/wake-access.js';
import { wakeRegistered, type WakeRequest } from '../../wakes/register-wake.handler.js';
import { entityView, type EntityView } from '../entity-view.js';
import { EntityWriter } from '../entity-writer.js';
import { messageKey } from '../message-key.js';
import { PrincipalEntities } from '../principal-entities.js';
import { SpawnSurroundings } from '../spawn-surroundings.js';
import { spawnedBefore, storedSpawn } from '../stored-spawn.js';

export interface SpawnRequest {
  readonly args?: JsonObject;
  readonly tags?: { readonly [key: string]: string };
  /** URL. */
  readonly parent?: string;
  readonly dispatchPolicy?: DispatchPolicy;
  readonly sandbox?: { readonly profile?: string; readonly inherit?: boolean };
  readonly initialMessage?: { readonly payload: Json; readonly type?: string };
  readonly grants?: readonly AskedEntityGrant[];
  /** The new entity is the source. */
  readonly wake?: Omit<WakeRequest, 'sourceUrl'> & { readonly checked: boolean };
}

export type SpawnedEntityView = EntityView & { readonly txid: number };

export class SpawnEntityCommand extends StreamCommand<SpawnedEntityView> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly request: SpawnRequest,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(SpawnEntityCommand)
export class SpawnEntityHandler implements ICommandHandler<SpawnEntityCommand> {
  constructor(
    private readonly writer: EntityWriter,
    private readonly types: TypeRegistry,
    private readonly principals: PrincipalEntities,
    private readonly surroundings: SpawnSurroundings,
    private readonly wakes: WakeAccess,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** @throws DomainError also when only the initial message was refused: the entity exists then */
  async execute(command: SpawnEntityCommand): Promise<SpawnedEntityView> {
    const { caller, address, request } = command;
    const taken = command.stamped(this.log, this.clock);
    const spawn = await this.spawn(caller, address, request, taken).catch((error: unknown) => error as Error);
    // Without a key nobody can have done it before.
    if (spawn instanceof Error && !caller.attempt?.key) throw spawn;
    if (!(spawn instanceof Error)) await this.principals.ensure(caller.tenant, caller.principal);
    const { result, committed, state } = await this.writer.submit(caller.tenant, address, taken, {
      creates: true,
      decide: (before, _view, stored) => {
        if (stored) {
          const { args, initialMessage } = request;
          const message = initialMessage && firstMessage(initialMessage, caller.principal, taken.now, taken.id);
          const validate = spawn instanceof Error ? anything : spawn.validate;
          return spawnedBefore(before, storedSpawn(stored, { args, initialMessage: message, validate }), stored);
        }
        if (spawn instanceof Error) throw spawn;
        const decided = decideSpawn(before, spawn);
        // Of a spawn that is not the first, clients are told that, whatever else is wrong with it.
        this.surroundings.checkSandbox(request.sandbox);
        return decided;
      },
    });
    if (result.rejected) throw result.rejected;
    if (state.situation === 'absent') throw new Error('a spawned entity cannot be absent');
    return { ...entityView(address.path, state, request.args), txid: committed[0]?.seq ?? 0 };
  }

  private async spawn(
    caller: Caller,
    address: EntityAddress,
    { args, tags, parent: parentUrl, dispatchPolicy: requested, initialMessage, wake, grants = [] }: SpawnRequest,
    { now, id }: Stamp,
  ): Promise<Spawn> {
    const { tenant, principal } = caller;
    const type = await this.types.current(tenant, address.type);
    if (type === undefined) throw new DomainError('UNKNOWN_ENTITY_TYPE', `there is no entity type "${address.type}"`);
    const { document, seq } = type;
    requireType(principal, 'spawn', type, now);
    const parent = parentUrl === undefined ? undefined : await this.surroundings.parent(parentUrl, { caller, grants });
    if (wake?.checked === true) await this.wakes.subscriber(caller, wake.subscriberUrl);
    return {
      type: 'Spawn',
      now,
      entityType: document.name,
      revision: document.revision,
      typeSeq: seq,
      createdBy: principal,
      validate: this.types.validateNew(type),
      ...present({
        args,
        tags,
        parent: parent?.lineage,
        grants,
        commandId: id,
        dispatchPolicy: this.surroundings.dispatchPolicy({
          requested,
          parent: parent?.dispatchPolicy,
          typeDefault: document.default_dispatch_policy,
        }),
        slashCommands: document.slash_commands,
        initialMessage: initialMessage && firstMessage(initialMessage, principal, now, id),
        wake: wake && registration(wake, address, now),
      }),
    };
  }
}

/** In a unit of its own, the second of the commit, whose id derives from the command's. */
const firstMessage = (
  { payload, type }: NonNullable<SpawnRequest['initialMessage']>,
  from: string,
  now: number,
  id: string,
): InitialMessage => ({
  key: messageKey(now),
  txid: id,
  from,
  payload,
  ...present({ messageType: type }),
});

const registration = (wake: NonNullable<SpawnRequest['wake']>, { url }: EntityAddress, now: number): WakeRegistered =>
  wakeRegistered({ ...wake, sourceUrl: url }, now);
