import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  decideSpawn,
  DomainError,
  isoFromMs,
  parseEntityUrl,
  parsePrincipalUrl,
  PRINCIPAL_TYPE,
  type EntityAddress,
  type Principal,
  type Spawn,
} from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import type { RegisteredType } from '../entity-types/type-fold.js';
import { TypeRegistry } from '../entity-types/type-registry.js';
import { stamp } from '../kernel/stamp.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { EntityWriter } from './entity-writer.js';

// Principals known to have their entity: entities are never deleted, so this never becomes wrong.
const KEPT_PRINCIPALS = 50_000;
const KEPT_BYTES = 16 * 1024 * 1024;
const OVERHEAD_BYTES = 128;

/** Every principal has an entity, made when the principal first acts or is addressed. */
@Injectable()
export class PrincipalEntities {
  private readonly known = new LRUCache<string, true>({
    max: KEPT_PRINCIPALS,
    maxSize: KEPT_BYTES,
    sizeCalculation: (_known, key) => key.length + OVERHEAD_BYTES,
  });

  constructor(
    private readonly writer: EntityWriter,
    private readonly types: TypeRegistry,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** `url`: canonical principal URL. */
  async ensure(tenant: string, url: string): Promise<void> {
    const key = `${tenant} ${url}`;
    if (this.known.has(key)) return;
    const principal = parsePrincipalUrl(url);
    if (principal === undefined) return;
    const address = parseEntityUrl(url);
    const { state } = await this.writer.load(tenant, address);
    if (state.situation === 'absent') await this.spawn(tenant, address, principal);
    this.known.set(key, true);
  }

  /** Addressing the entity of a principal brings it about; any other address is left alone. */
  async ensureAddressed(tenant: string, { type, url }: EntityAddress): Promise<void> {
    if (type === PRINCIPAL_TYPE) await this.ensure(tenant, url);
  }

  private async spawn(tenant: string, address: EntityAddress, principal: Principal): Promise<void> {
    const taken = stamp(this.log, this.clock);
    const type = await this.types.current(tenant, PRINCIPAL_TYPE);
    if (type === undefined) throw new Error(`the built-in entity type "${PRINCIPAL_TYPE}" is missing`);
    const command = spawnPrincipal(principal, type, taken.now);
    try {
      await this.writer.submit(tenant, address, taken, {
        creates: true,
        decide: (state) => decideSpawn(state, command),
      });
    } catch (error) {
      // Somebody else was faster, which is all that was wanted.
      if (!(error instanceof DomainError && error.code === 'DUPLICATE_URL')) throw error;
    }
  }
}

const spawnPrincipal = ({ kind, id, key, url }: Principal, { seq, document }: RegisteredType, now: number): Spawn => {
  const at = isoFromMs(now);
  return {
    type: 'Spawn',
    now,
    entityType: PRINCIPAL_TYPE,
    revision: document.revision,
    typeSeq: seq,
    args: { kind, id, key },
    tags: { principal_kind: kind, principal_id: id },
    createdBy: url,
    identity: { kind, id, key, url, created_at: at, updated_at: at },
    validate: () => [],
  };
};
