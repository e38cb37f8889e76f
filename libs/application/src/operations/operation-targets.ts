import { Inject, Injectable } from '@nestjs/common';
import {
  DomainError,
  parseEntityUrl,
  type OperationChunk,
  type OperationError,
  type PresentOperation,
} from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { requireAsker } from '../access/asker.js';
import { SignalEntityCommand } from '../entities/handlers/signal-entity.handler.js';
import { SpawnEntityCommand } from '../entities/handlers/spawn-entity.handler.js';
import type { Caller } from '../kernel/stamp.js';
import { EntityQueries } from '../ports/read-model.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { Commands } from '../routing/commands.js';
import type { OperationPlan } from './operation-plan.js';

// What is lost in a crash is decided again, so a chunk is small; it has to fit into the state of the operation, too.
const CHUNK = 100;
const CHUNK_CHARACTERS = 4_000;
const MESSAGE_CHARACTERS = 120;

/** An operation while it is executed. */
export interface RunningOperation {
  readonly tenant: string;
  readonly id: string;
  /** Log position of its creation: nothing of it is older. */
  readonly since: number;
  readonly plan: OperationPlan;
  readonly operation: PresentOperation;
}

/** As many as fit; at least one. */
const fitting = (urls: readonly string[]): readonly string[] => {
  let characters = 0;
  const end = urls.findIndex((url, n) => n > 0 && (characters += url.length) > CHUNK_CHARACTERS);
  return end === -1 ? urls : urls.slice(0, end);
};

/** The entities of an operation: which come next, and what is done to each. */
@Injectable()
export class OperationTargets {
  constructor(
    private readonly queries: EntityQueries,
    private readonly commands: Commands,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** Undefined: nothing is left. */
  async after(
    { tenant, plan, operation }: RunningOperation,
    chunk: OperationChunk | undefined,
  ): Promise<OperationChunk | undefined> {
    const first = chunk === undefined ? 0 : chunk.first + chunk.urls.length;
    const urls = await this.urlsFrom({ tenant, principal: operation.cold.createdBy }, plan, first, chunk?.urls.at(-1));
    return urls.length === 0 ? undefined : { first, urls: fitting(urls) };
  }

  /** What an entity is asked for has one effect, however often it is asked. @throws DomainError when it is refused */
  async deal({ tenant, id, since, plan, operation }: RunningOperation, url: string, place: number): Promise<void> {
    const key = { id: `${id}-${String(place)}`, fingerprint: id, since };
    const caller: Caller = { tenant, principal: operation.cold.createdBy, attempt: { key } };
    const address = parseEntityUrl(url);
    if (plan.kind === 'signal') {
      await this.commands.execute(new SignalEntityCommand(caller, address, plan.request));
      return;
    }
    const spawn = plan.entities[place];
    if (spawn === undefined) throw new Error(`the operation ${id} has no entity ${String(place)}`);
    await this.commands.execute(new SpawnEntityCommand(caller, address, spawn.request));
  }

  private async urlsFrom(
    { tenant, principal }: Caller,
    plan: OperationPlan,
    first: number,
    last: string | undefined,
  ): Promise<readonly string[]> {
    if (plan.kind === 'spawn') return plan.entities.slice(first, first + CHUNK).map(({ url }) => url);
    const sort = { by: 'url', descending: false } as const;
    const listing = { ...plan.filter, sort, limit: CHUNK, ...(last !== undefined && { after: { url: last } }) };
    const reader = { asker: requireAsker(principal), now: this.clock.now() };
    return this.queries.urls(tenant, listing, reader, await this.log.barrier());
  }
}

export const operationError = (url: string, { code, message }: DomainError): OperationError => ({
  url,
  code,
  message: message.slice(0, MESSAGE_CHARACTERS),
});
