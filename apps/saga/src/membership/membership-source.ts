import type { MembershipStreams } from '@app/application';
import type { TypeRegistry } from '@app/application/entity-types/type-registry.js';
import { isBypass, parsePrincipalUrl } from '@app/domain';
import type { Clock } from '@app/platform';
import {
  memberCandidates,
  PROJECTOR_GROUP,
  type CandidatePick,
  type Database,
  type LaneWaiter,
  type MembershipSourceRow,
} from '@app/read-model';
import { inChunks, memberChanges, type SchemasOf } from './member-changes.js';

export interface MembershipParts {
  readonly database: Database;
  readonly lanes: LaneWaiter;
  readonly streams: MembershipStreams;
  readonly clock: Clock;
  readonly types: TypeRegistry;
}

const PAGE = 500;
const APPEND_BYTES = 1024 * 1024;

/** `moved`: somebody else wrote the stream, or nobody keeps it any more. */
export type Synced = 'synced' | 'moved';

/**
 * Brings one membership stream up to date. What its readers know is a fold of the stream itself, so nothing is kept here:
 * whatever died in between, only what they do not know is written.
 */
export class MembershipSource {
  constructor(
    private readonly parts: MembershipParts,
    readonly row: MembershipSourceRow,
  ) {}

  /** @throws LanesBehind, ProjectionRebuilding, LogUnavailable: later */
  async syncAll(): Promise<Synced> {
    for (let after = ''; ;) {
      const { synced, last, full } = await this.sync({ after, limit: PAGE });
      if (synced === 'moved' || !full) return synced;
      after = last;
    }
  }

  async syncSome(urls: readonly string[]): Promise<Synced> {
    for (let at = 0; at < urls.length; at += PAGE)
      if ((await this.sync({ urls: urls.slice(at, at + PAGE) })).synced === 'moved') return 'moved';
    return 'synced';
  }

  private async sync(pick: CandidatePick): Promise<{ synced: Synced; last: string; full: boolean }> {
    const { database, lanes, streams, clock, types } = this.parts;
    const { tenant, ref, principal, kind } = this.row;
    const { seq, membership } = await streams.load(tenant, ref);
    const none = { last: '', full: false };
    if (membership.situation !== 'kept') return { synced: 'moved', ...none };
    await lanes.waitFor(PROJECTOR_GROUP, seq);
    const parsed = parsePrincipalUrl(principal);
    const reader = { principal, kind, bypass: parsed !== undefined && isBypass(parsed) };
    const now = clock.now();
    const candidates = await memberCandidates(database, this.row, reader, pick, now);
    // The type of every entity among them was there before.
    await types.refresh();
    const schemasOf: SchemasOf = ({ type, typeSeq, typeRevision }) =>
      types.revision(tenant, type, typeSeq, typeRevision);
    const changes = await memberChanges(this.row, candidates, schemasOf, now);
    let told: number | undefined = membership.told;
    for (const chunk of inChunks(changes, APPEND_BYTES)) {
      told = await streams.append(tenant, ref, told, chunk);
      if (told === undefined) return { synced: 'moved', ...none };
    }
    return { synced: 'synced', last: candidates.at(-1)?.url ?? '', full: candidates.length === PAGE };
  }
}
