import { Injectable } from '@nestjs/common';
import {
  classOfPath,
  linksOf,
  NEVER,
  parseEntityUrl,
  type EntityAddress,
  type EntityPermission,
  type SpawnedEntity,
} from '@app/domain';
import type { Moment, StreamEnd } from '@app/streams';
import { askerAt } from './asker.js';
import { EntityWriter } from '../entities/entity-writer.js';
import type { Caller } from '../kernel/stamp.js';
import { PlainStreamWriter } from '../plain-streams/plain-stream-writer.js';
import { EntityAccess } from './entity-access.js';
import { mayNot } from './may-not.js';

type Needed = Extract<EntityPermission, 'read' | 'write'>;

/** `entities`: those the answer rests on. */
export interface SharedRight {
  readonly until: number;
  readonly entities: readonly { readonly address: EntityAddress; readonly ancestors: readonly string[] }[];
  /** Of the shared state, as it was before the entities were looked at. */
  readonly end: StreamEnd;
}

/** What may be written, and what is linked by it. */
export interface MayWrite {
  /** What the shared state belonged to when this was found out. */
  readonly links: readonly string[];
  /** URL of the entity to link. */
  readonly link?: string;
}

/**
 * A shared state is for whoever may do the same with one of the entities it is linked to. As long as there is none, the
 * caller names one.
 */
@Injectable()
export class SharedStateAccess {
  constructor(
    private readonly streams: PlainStreamWriter,
    private readonly entities: EntityWriter,
    private readonly access: EntityAccess,
  ) {}

  /** `owner`: URL of the entity that stands in while there is no link. */
  async right(caller: Caller, path: string, needed: Needed, owner?: string): Promise<SharedRight> {
    const since = this.entities.moment();
    const end = await this.streams.load(caller.tenant, path);
    return { end, ...(await this.by(caller, linksOf(end.state), needed, owner, since)) };
  }

  /** Nothing for streams that are no shared state. @throws DomainError UNAUTHORIZED */
  async requireRead(caller: Caller, path: string): Promise<void> {
    if (classOfPath(path) !== 'shared-state') return;
    const { until } = await this.right(caller, path, 'read');
    if (until <= NEVER) throw mayNot('read', `/${path}`);
  }

  /** @throws DomainError UNAUTHORIZED */
  async requireWrite(caller: Caller, path: string, owner: string | undefined): Promise<MayWrite> {
    const since = this.entities.moment();
    const { state } = await this.streams.load(caller.tenant, path);
    const links = linksOf(state);
    const { until } = await this.by(caller, links, 'write', owner, since);
    if (until <= NEVER) throw mayNot('write', `/${path}`);
    // Linking shares the state with whoever may see the entity, so the entity must be the caller's to write.
    const linkable = owner !== undefined && (await this.by(caller, [], 'write', owner, since)).entities.length > 0;
    return linkable ? { links, link: parseEntityUrl(owner).url } : { links };
  }

  private async by(
    caller: Caller,
    links: readonly string[],
    needed: Needed,
    owner: string | undefined,
    since: Moment,
  ): Promise<Omit<SharedRight, 'end'>> {
    const asked = links.length > 0 || owner === undefined ? links : [owner];
    const found = await Promise.all(asked.map((url) => this.on(caller, parseEntityUrl(url), needed, since)));
    const allowing = found.filter((each) => each !== undefined);
    const bypass = askerAt(caller.principal)?.bypass === true;
    return {
      until: bypass ? Infinity : Math.max(NEVER, ...allowing.map(({ until }) => until)),
      entities: allowing,
    };
  }

  /** Undefined where the entity is missing or does not let the caller. */
  private async on(
    caller: Caller,
    address: EntityAddress,
    needed: Needed,
    since: Moment,
  ): Promise<(SharedRight['entities'][number] & { readonly until: number }) | undefined> {
    const { state } = await this.entities.load(caller.tenant, address, since);
    if (state.situation === 'absent') return undefined;
    const until = await this.access.until(caller, needed, { entity: state satisfies SpawnedEntity, since });
    return until > NEVER ? { address, ancestors: state.cold.ancestors, until } : undefined;
  }
}
