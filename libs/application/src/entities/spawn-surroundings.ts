import { Injectable } from '@nestjs/common';
import {
  DomainError,
  isBroad,
  parseEntityUrl,
  resolveDispatchPolicy,
  type AskedEntityGrant,
  type DispatchPolicy,
  type Spawn,
} from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { EntityAccess } from '../access/entity-access.js';
import type { Caller } from '../kernel/stamp.js';
import { EntityWriter } from './entity-writer.js';

export interface Parent {
  readonly lineage: NonNullable<Spawn['parent']>;
  readonly dispatchPolicy: DispatchPolicy | undefined;
}

/** Who spawns, and what is to be granted. */
interface Spawning {
  readonly caller: Caller;
  readonly grants: readonly AskedEntityGrant[];
}

/** What a spawn needs to know of the world around the new entity. */
@Injectable()
export class SpawnSurroundings {
  constructor(
    private readonly writer: EntityWriter,
    private readonly access: EntityAccess,
  ) {}

  /** @throws DomainError NOT_FOUND, UNAUTHORIZED */
  async parent(url: string, { caller, grants }: Spawning): Promise<Parent> {
    const address = parseEntityUrl(url);
    const since = this.writer.moment();
    const { state } = await this.writer.load(caller.tenant, address);
    if (state.situation === 'absent') throw new DomainError('NOT_FOUND', `there is no parent ${address.url}`);
    const checked = { entity: state, url: address.url, since };
    await this.access.check(caller, 'spawn', checked);
    if (grants.some(isBroad)) await this.access.check(caller, 'manage', checked);
    const { ancestors, dispatchPolicy, grants: own = [] } = state.cold;
    return { lineage: { url: address.url, ancestors, grants: own }, dispatchPolicy };
  }

  dispatchPolicy(from: {
    readonly requested: DispatchPolicy | undefined;
    readonly parent: DispatchPolicy | undefined;
    readonly typeDefault: DispatchPolicy | undefined;
  }): DispatchPolicy | undefined {
    const policy = resolveDispatchPolicy(present(from));
    const target = policy?.targets[0];
    // Runners cannot be registered yet, so every one that is named is missing, whoever named it.
    if (target?.type === 'runner') throw new DomainError('NOT_FOUND', `there is no runner "${target.runnerId}"`);
    return policy;
  }

  /** No runner offers sandboxes yet. Inheriting is possible, since no parent can have one either. */
  checkSandbox(choice: { readonly profile?: string; readonly inherit?: boolean } | undefined): void {
    if (choice === undefined || choice.inherit === true) return;
    if (choice.profile === undefined) throw new DomainError('INVALID_REQUEST', 'a sandbox needs a profile');
    throw new DomainError('INVALID_REQUEST', `no runner offers the sandbox profile "${choice.profile}"`);
  }
}
