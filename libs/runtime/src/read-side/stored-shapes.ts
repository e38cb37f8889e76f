import {
  ShapeQueries,
  ShapeRefused,
  type ReadBarrier,
  type Shape,
  type ShapeChanges,
  type ShapeFollowing,
  type ShapeNews,
  type ShapePage,
  type ShapeRequest,
} from '@app/application';
import type { Clock } from '@app/platform';
import {
  defineShape,
  InvalidWhere,
  isAboutContent,
  LanesBehind,
  RegistryBehind,
  REGISTRY_GROUP,
  scopeOf,
  ShapeStore,
  UnknownColumn,
  type Database,
  type LaneWaiter,
  type ShapeDefinition,
  type ShapeFollower,
  type ShapeHead,
} from '@app/read-model';
import { orUnavailable } from './read-guard.js';

/** What is wrong with the request becomes a refusal: PostgreSQL is the last to notice that a value is not of its type. */
const orRefused = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UnknownColumn) throw new ShapeRefused('columns', cause.message, { cause });
    if (cause instanceof InvalidWhere) throw new ShapeRefused('where', cause.message, { cause });
    if (isAboutContent(cause))
      throw new ShapeRefused('where', `"where" cannot be evaluated: ${cause.message}`, { cause });
    throw cause;
  }
};

// Only `define` makes shapes.
const definitionOf = (shape: Shape): ShapeDefinition => shape as ShapeDefinition;

// The registry is small and follows at once; a longer wait means that its lane stands still.
const ATTEMPTS = 3;

/** Shapes from Postgres. */
export class StoredShapes extends ShapeQueries {
  private readonly store: ShapeStore;

  constructor(
    database: Database,
    private readonly lanes: LaneWaiter,
    private readonly follower: ShapeFollower,
    private readonly clock: Clock,
  ) {
    super();
    this.store = new ShapeStore(database);
  }

  override define(request: ShapeRequest): Promise<Shape | undefined> {
    const { asker, table } = request;
    const scope = scopeOf({ principal: asker.url, kind: asker.kind, bypass: asker.bypass, table });
    return orRefused(() => defineShape(request, scope));
  }

  override page(
    shape: Shape,
    at: ReadBarrier,
    from?: { readonly position: number; readonly after: number },
  ): Promise<ShapePage> {
    return this.read(shape, at, (definition) => this.store.page(definition, this.clock.now(), from));
  }

  override changes(shape: Shape, from: number, at?: ReadBarrier): Promise<ShapeChanges> {
    return this.read(shape, at, (definition) => this.store.changes(definition, this.clock.now(), from));
  }

  override async together(following: readonly ShapeFollowing[]): Promise<readonly ShapeChanges[]> {
    const [first] = following;
    if (!first) return [];
    const followers = following.map(({ shape, from }) => ({ shape: definitionOf(shape), from }));
    const { all } = await this.read(first.shape, undefined, () => this.store.together(followers, this.clock.now()));
    return all;
  }

  override watch(shape: Shape, listener: (news: ShapeNews) => void): () => void {
    return this.follower.watch(shape.table.name, listener);
  }

  private read<T extends { readonly head: ShapeHead }>(
    shape: Shape,
    at: ReadBarrier | undefined,
    work: (definition: ShapeDefinition) => Promise<T>,
  ): Promise<T> {
    const definition = definitionOf(shape);
    return orUnavailable(() =>
      orRefused(async () => {
        if (at) await this.includes(definition, at);
        return this.settled(definition, work);
      }),
    );
  }

  private async includes({ table }: ShapeDefinition, { events, registry }: ReadBarrier): Promise<void> {
    const registryApplied = this.lanes.waitFor(REGISTRY_GROUP, registry);
    if (table.group === REGISTRY_GROUP) return registryApplied;
    await Promise.all([registryApplied, this.lanes.waitFor(table.group, events)]);
  }

  /** After a rebuild the slowest lane may be behind the rows; what rows refer to may be a moment late. */
  private async settled<T extends { readonly head: ShapeHead }>(
    definition: ShapeDefinition,
    work: (definition: ShapeDefinition) => Promise<T>,
  ): Promise<T> {
    const { group } = definition.table;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await work(definition);
        const { floor, position } = answer.head;
        if (position >= floor) return answer;
        if (attempt === ATTEMPTS) throw new LanesBehind(group, floor, position);
        await this.lanes.waitFor(group, floor);
      } catch (error) {
        if (!(error instanceof RegistryBehind) || attempt === ATTEMPTS) throw error;
        await this.lanes.waitFor(REGISTRY_GROUP, error.seq);
      }
    }
  }
}
