import { TypeRegistry } from '@app/application/entity-types/type-registry.js';
import { SchemaCompiler } from '@app/application/schemas/schema-compiler.js';
import { hasTags, membershipPath, UNOBSERVED_MS } from '@app/domain';
import { Rounds, type AppLogger } from '@app/platform';
import {
  entitiesInSources,
  grantsEnded,
  membershipSources,
  PROJECTOR_GROUP,
  unobservedSources,
  type EntityInSources,
  type MembershipSourceRow,
} from '@app/read-model';
import { logSubjects } from '@app/runtime/log-subjects.js';
import type { Log } from '@app/streams';
import { ChangedEntities, type Noted } from './changed-entities.js';
import { MembershipSource, type MembershipParts } from './membership-source.js';

export interface FollowerParts extends Omit<MembershipParts, 'types'> {
  readonly log: Log;
  readonly registryLog: Log;
  readonly logger: AppLogger;
  /** Whether it is this process's business. */
  readonly owns: (tenant: string, path: string) => boolean;
}

export interface FollowerOptions {
  /** Between two looks at what changed. */
  readonly everyMs?: number;
  /** Between two looks at which sources there are, and which of them are ours. */
  readonly sourcesEveryMs?: number;
  /** Between two looks at sources that nobody reads. */
  readonly leaveEveryMs?: number;
}

const EVERY_MS = 50;
const SOURCES_EVERY_MS = 2_000;
const LEAVE_EVERY_MS = 5 * 60_000;
// What is behind or away is not there again at once.
const TROUBLED_MS = 1_000;

/** One source, and what is known to be left to do for it. */
interface Kept {
  readonly source: MembershipSource;
  /** Everything has to be looked at. */
  all: boolean;
}

interface ChangedIn {
  readonly entities: readonly EntityInSources[];
  readonly all: boolean;
}

const keyOf = ({ tenant, ref }: Pick<MembershipSourceRow, 'tenant' | 'ref'>): string => `${tenant} ${ref}`;

/**
 * Keeps membership streams up to date: notes in the log which entities changed, waits until the tables show it, and writes
 * to each stream what its readers do not know. Each source is kept by the owner of its lane; two that believe they are write
 * nothing twice.
 */
export class MembershipFollower {
  private readonly rounds: readonly Rounds[];
  private readonly types: TypeRegistry;
  private changes?: ChangedEntities;
  private kept = new Map<string, Kept>();
  private sourcesDue = 0;
  private lookedAt: number;
  /** Of a follower in trouble. */
  private restUntil = 0;

  constructor(
    private readonly parts: FollowerParts,
    { everyMs = EVERY_MS, sourcesEveryMs = SOURCES_EVERY_MS, leaveEveryMs = LEAVE_EVERY_MS }: FollowerOptions = {},
  ) {
    const { logger, clock } = parts;
    this.lookedAt = clock.now();
    this.types = new TypeRegistry(parts.registryLog, logSubjects, new SchemaCompiler());
    this.rounds = [
      new Rounds(
        everyMs,
        () => this.round(sourcesEveryMs),
        (error) => {
          if (this.restUntil === 0) logger.warn('membership streams are behind', { error });
          this.restUntil = clock.now() + TROUBLED_MS;
        },
      ),
      new Rounds(
        leaveEveryMs,
        () => this.leave(),
        (error) => logger.warn('membership streams that nobody reads are kept', { error }),
      ),
    ];
  }

  start(): void {
    this.types.onModuleInit();
    for (const each of this.rounds) each.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.rounds.map((each) => each.stop()));
    this.changes?.close();
    this.types.onModuleDestroy();
  }

  private async round(sourcesEveryMs: number): Promise<void> {
    if (this.parts.clock.now() < this.restUntil) return;
    const noted = this.noted();
    const due = noted.sources || this.parts.clock.now() >= this.sourcesDue;
    if (!due && noted.tenants.size === 0 && ![...this.kept.values()].some(({ all }) => all)) return;
    await this.shown(noted);
    try {
      if (due) await this.findSources(sourcesEveryMs);
      const changed = await this.changedIn(noted.tenants);
      for (const kept of this.kept.values()) await this.sync(kept, changed.get(kept.source.row.tenant));
    } catch (error) {
      this.lookAtAll();
      throw error;
    }
    this.restUntil = 0;
  }

  /** Waits until the tables show it; what has to wait longer is not forgotten. */
  private async shown(noted: Noted): Promise<void> {
    try {
      await this.parts.lanes.waitFor(PROJECTOR_GROUP, noted.seq);
    } catch (error) {
      this.changes?.putBack(noted);
      throw error;
    }
  }

  /** What changed since it was asked last. After a gap in the log, everything may have. */
  private noted(): Noted {
    if (this.changes) return this.changes.take();
    const changes = new ChangedEntities(this.parts.log);
    this.changes = changes;
    this.lookAtAll();
    changes.follow().catch((error: unknown) => {
      this.parts.logger.warn('the log cannot be followed', { error });
      if (this.changes === changes) delete this.changes;
      changes.close();
    });
    return changes.take();
  }

  private lookAtAll(): void {
    this.sourcesDue = 0;
    for (const kept of this.kept.values()) kept.all = true;
  }

  private async findSources(everyMs: number): Promise<void> {
    const { database, owns, clock } = this.parts;
    const now = clock.now();
    const found = (await membershipSources(database)).filter(({ tenant, ref }) => owns(tenant, membershipPath(ref)));
    this.kept = new Map(
      found.map((row) => {
        const known = this.kept.get(keyOf(row));
        return [
          keyOf(row),
          known ?? { source: new MembershipSource({ ...this.parts, types: this.types }, row), all: true },
        ];
      }),
    );
    await this.noteEndedGrants(now);
    this.sourcesDue = now + everyMs;
  }

  /** Nothing in the log says that a grant is over. */
  private async noteEndedGrants(now: number): Promise<void> {
    for (const tenant of new Set([...this.kept.values()].map(({ source }) => source.row.tenant)))
      if (await grantsEnded(this.parts.database, tenant, this.lookedAt, now))
        for (const kept of this.kept.values()) if (kept.source.row.tenant === tenant) kept.all = true;
    this.lookedAt = now;
  }

  /** What changed, with all that tells which sources it concerns. */
  private async changedIn(tenants: Noted['tenants']): Promise<ReadonlyMap<string, ChangedIn>> {
    const observed = new Set([...this.kept.values()].map(({ source }) => source.row.tenant));
    const found = new Map<string, ChangedIn>();
    for (const [tenant, { urls, all }] of tenants) {
      if (!observed.has(tenant)) continue;
      const entities = all ? [] : await entitiesInSources(this.parts.database, tenant, [...urls]);
      found.set(tenant, { entities, all });
    }
    return found;
  }

  private async sync(kept: Kept, changed: ChangedIn = { entities: [], all: false }): Promise<void> {
    const { tags, ref } = kept.source.row;
    const all = kept.all || changed.all;
    const urls = changed.entities.filter((entity) => entity.refs.includes(ref) || hasTags(entity.tags, tags));
    if (!all && urls.length === 0) return;
    // Until it is done: whatever is thrown, everything is looked at next time.
    kept.all = true;
    const synced = all ? await kept.source.syncAll() : await kept.source.syncSome(urls.map(({ url }) => url));
    if (synced === 'moved') this.sourcesDue = 0;
    else kept.all = false;
  }

  private async leave(): Promise<void> {
    const { database, streams, clock, owns } = this.parts;
    for (const { tenant, ref } of await unobservedSources(database, clock.now() - UNOBSERVED_MS))
      if (owns(tenant, membershipPath(ref))) await streams.leave(tenant, ref);
  }
}
