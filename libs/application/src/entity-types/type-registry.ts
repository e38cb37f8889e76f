import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { effectiveSchemas } from '@app/domain/entity-type/effective-schemas.js';
import type { EntityTypeDocument, WritableCollection } from '@app/domain/entity-type/entity-type.document.js';
import type { DispatchPolicy, EntityState, JsonObject, SchemaKind, Validate } from '@app/domain';
import { TIMEOUTS } from '@app/platform';
import { LogUnavailable, type Log, type LogCursor, type LogMessage } from '@app/streams';
import { SchemaCompiler } from '../schemas/schema-compiler.js';
import { Subjects } from '../ports/subjects.js';
import { REGISTRY_LOG } from '../ports/tokens.js';
import { OldRevisions, type HeldRevisions, type RevisionAway, type RevisionPlace } from './old-revisions.js';
import { TypeFold, type RegisteredType } from './type-fold.js';

const READ_LIMIT = { messages: 500, bytes: 4 * 1024 * 1024 };

// The broker is away: as soon as it is back, types must be known again.
const RETRY_MS = 250;

type SchemaMap = { readonly [key: string]: JsonObject } | null;

interface Waiting {
  readonly seq: number;
  readonly resolve: () => void;
}

/**
 * Every entity type of every tenant as it is now, in memory: the registry folded from its start. A question is answered once
 * the fold has passed a barrier taken after it was asked. What types were at the spawn of an entity is read when it matters.
 */
@Injectable()
export class TypeRegistry implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(TypeRegistry.name);
  private readonly fold = new TypeFold();
  private readonly old: OldRevisions;
  private waiting: Waiting[] = [];
  private position = 0;
  private cursor: LogCursor | undefined;
  private stopped = false;

  constructor(
    @Inject(REGISTRY_LOG) private readonly log: Log,
    private readonly subjects: Subjects,
    private readonly schemas: SchemaCompiler,
  ) {
    this.old = new OldRevisions(log);
  }

  onModuleInit(): void {
    this.cursor = this.log.cursor(0);
    void this.follow(this.cursor);
  }

  onModuleDestroy(): void {
    this.stopped = true;
    this.cursor?.close();
  }

  /** Afterwards this process knows every change that was acknowledged before the call. @throws LogUnavailable */
  async refresh(): Promise<void> {
    const seq = await this.log.barrier();
    if (this.position >= seq) return;
    await this.reached(seq);
  }

  async current(tenant: string, name: string): Promise<RegisteredType | undefined> {
    await this.refresh();
    return this.fold.current(this.subjects.entityType(tenant, name));
  }

  async list(tenant: string): Promise<readonly RegisteredType[]> {
    await this.refresh();
    return this.fold.list(this.subjects.entityType(tenant, ''));
  }

  /** Schemas of an entity about to be spawned. */
  validateNew({ document }: RegisteredType): Validate {
    return this.validator(document.creation_schema, document.inbox_schemas, document.state_schemas);
  }

  /** Schemas of an entity by its state, as of the last `refresh`. @throws RevisionAway */
  validateFor(tenant: string, state: EntityState): Validate {
    const place = this.placeOf(tenant, state);
    if (!place) return () => [];
    const current = this.fold.current(place.subject)?.document;
    if (current && this.fold.onlyAmended(place))
      return this.validator(null, current.inbox_schemas, current.state_schemas);
    const atSpawn = this.old.at(place) ?? current;
    if (!atSpawn) return () => [];
    const { inbox, state: events } = effectiveSchemas(atSpawn, current);
    return this.validator(null, inbox, events);
  }

  /** Where the work of an entity of this type goes by default, as of the last `refresh`. */
  dispatchDefaultOf(tenant: string, state: EntityState): DispatchPolicy | undefined {
    return this.currentOf(this.placeOf(tenant, state))?.default_dispatch_policy;
  }

  /**
   * What the type of an entity says about a collection: the type as it is now, or as the entity was spawned with when it was
   * deleted. @throws RevisionAway
   */
  writableFor(tenant: string, state: EntityState, collection: string): WritableCollection | undefined {
    const place = this.placeOf(tenant, state);
    const type = this.currentOf(place) ?? (place && this.old.at(place));
    const collections = type?.externally_writable_collections ?? {};
    return Object.hasOwn(collections, collection) ? collections[collection] : undefined;
  }

  /** Runs `work` with the revision in memory that a decision missed. @throws LogUnavailable */
  holding<T>({ place }: RevisionAway, work: () => Promise<T>): Promise<T> {
    return this.old.holding(place, work);
  }

  /** A type as it was at one time, as of the last `refresh`. `seq`: its place in the registry. @throws LogUnavailable */
  async revision(tenant: string, name: string, seq: number, revision: number): Promise<EntityTypeDocument | undefined> {
    const place = { subject: this.subjects.entityType(tenant, name), seq, revision };
    return this.fold.unchanged(place) ?? this.old.holding(place, () => this.old.at(place));
  }

  /** Of what types were once, what is in memory now. */
  get held(): HeldRevisions {
    return this.old.held;
  }

  private placeOf(tenant: string, state: EntityState): RevisionPlace | undefined {
    if (state.situation === 'absent') return undefined;
    const { type, typeSeq: seq, revision } = state.cold;
    return { subject: this.subjects.entityType(tenant, type), seq, revision };
  }

  private currentOf(place: RevisionPlace | undefined): EntityTypeDocument | undefined {
    return place && this.fold.current(place.subject)?.document;
  }

  private validator(creation: JsonObject | null, inbox: SchemaMap, state: SchemaMap): Validate {
    return (kind, key, value) => {
      const schema = schemaFor(kind, key, { creation, inbox, state });
      if (schema === undefined) return 'unknown';
      return schema === null || value === undefined ? [] : this.schemas.validate(schema, value);
    };
  }

  private async follow(cursor: LogCursor): Promise<void> {
    for (;;) {
      const messages = await this.next(cursor);
      if (messages.length === 0) return;
      for (const message of messages) this.apply(message);
      this.advance(cursor.position);
    }
  }

  /** Empty when there will be nothing more. What is asked meanwhile is answered 503. */
  private async next(cursor: LogCursor): Promise<readonly LogMessage[]> {
    while (!this.stopped) {
      try {
        return await cursor.next(READ_LIMIT);
      } catch (error) {
        this.logger.warn(`the registry cannot be read: ${(error as Error).message}`);
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
    return [];
  }

  private apply(message: LogMessage): void {
    try {
      this.fold.apply(message);
    } catch (error) {
      // One unreadable message must not keep every other type from being known.
      this.logger.error(`registry message ${String(message.seq)} is skipped`, (error as Error).stack);
    }
  }

  private advance(position: number): void {
    this.position = position;
    const [due, later] = [
      this.waiting.filter(({ seq }) => seq <= position),
      this.waiting.filter(({ seq }) => seq > position),
    ];
    this.waiting = later;
    for (const { resolve } of due) resolve();
  }

  private reached(seq: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        seq,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        reject(new LogUnavailable('the registry is behind'));
      }, TIMEOUTS.barrierMs);
      this.waiting.push(waiting);
    });
  }
}

/** null: anything is accepted; undefined: there are schemas of this kind, but none for the key. */
const schemaFor = (
  kind: SchemaKind,
  key: string,
  {
    creation,
    inbox,
    state,
  }: { readonly creation: JsonObject | null; readonly inbox: SchemaMap; readonly state: SchemaMap },
): JsonObject | null | undefined => {
  if (kind === 'creation') return creation;
  const map = kind === 'inbox' ? inbox : state;
  if (map === null) return null;
  return Object.hasOwn(map, key) ? map[key] : undefined;
};
