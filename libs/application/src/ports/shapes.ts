import type { Asker } from '@app/domain';

export interface ShapeRequest {
  readonly tenant: string;
  readonly asker: Asker;
  readonly table: string;
  readonly where?: string;
  /** Values of `$1`, `$2` … in `where`. */
  readonly params: Readonly<Record<string, string>>;
  /** All that there are when absent. */
  readonly columns?: readonly string[];
  /** Whether updates and deletes hold whole rows. */
  readonly full: boolean;
}

export interface ColumnSchema {
  readonly type: string;
  readonly not_null?: true;
}

/** Rows of a table that a client follows; made by `ShapeQueries.define` only. */
export interface Shape {
  /** The same for equal requests on every gateway, and for nothing else. */
  readonly id: string;
  /** The same for shapes that differ in nothing but who follows them. */
  readonly followed: string;
  readonly tenant: string;
  /** What is seen of it may end with time alone. */
  readonly timed: boolean;
  /** `key` names its rows beside `tenant_id`. */
  readonly table: {
    readonly name: string;
    readonly key: string;
    /** Changes of rows are not told, only that there were some: then the client begins anew. */
    readonly whole?: true;
  };
  readonly schema: Readonly<Record<string, ColumnSchema>>;
}

/** Columns in the text form of PostgreSQL. */
export type ShapeRow = Readonly<Record<string, string | null>>;

export interface ShapeHead {
  readonly generation: number;
  /** Changes up to here are not kept, or other rows were seen then. */
  readonly floor: number;
  /** Another time means that other rows are seen: grants have expired. */
  readonly expired: number;
  readonly position: number;
}

export interface ShapePage {
  readonly head: ShapeHead;
  /** Place in the log that the rows are of. */
  readonly position: number;
  readonly rows: readonly { readonly row: ShapeRow }[];
  /** Where the next page begins; absent when this was the last. */
  readonly next?: number;
}

export interface ShapeChange {
  readonly operation: 'insert' | 'update' | 'delete';
  readonly seq: number;
  readonly row: ShapeRow;
  readonly old?: ShapeRow;
}

export interface ShapeChanges {
  readonly head: ShapeHead;
  readonly changes: readonly ShapeChange[];
  /** All up to here are among them. */
  readonly position: number;
  readonly more: boolean;
}

/** What there is to read of a shape's table: its generation, and the place of its newest change. */
export interface ShapeNews {
  readonly generation: number;
  readonly latest: number;
}

/** Who follows a shape, and what he has already. */
export interface ShapeFollowing {
  readonly shape: Shape;
  readonly from: number;
}

/** Positions in both logs that an answer must include. */
export interface ReadBarrier {
  readonly events: number;
  readonly registry: number;
}

/** The condition or the columns of a shape are refused; the message says why. */
export class ShapeRefused extends Error {
  override readonly name = 'ShapeRefused';
  constructor(
    readonly about: 'where' | 'columns',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Tables as clients follow them. Rejects with LogUnavailable while the rows cannot be had. */
export abstract class ShapeQueries {
  /** Undefined for a table that nobody may follow. @throws ShapeRefused */
  abstract define(request: ShapeRequest): Promise<Shape | undefined>;

  /** Rows in an order of their own; from the first of now on, or a further page of the same moment. @throws ShapeRefused */
  abstract page(
    shape: Shape,
    at: ReadBarrier,
    from?: { readonly position: number; readonly after: number },
  ): Promise<ShapePage>;

  /** What happened after `from`; includes what `at` says. @throws ShapeRefused */
  abstract changes(shape: Shape, from: number, at?: ReadBarrier): Promise<ShapeChanges>;

  /**
   * The same for many at once, in their order, at the cost of one: of shapes that have `followed` in common, and no
   * `table.whole`.
   */
  abstract together(following: readonly ShapeFollowing[]): Promise<readonly ShapeChanges[]>;

  /** Tells where the table is, at once and again whenever it may have changed, until the returned function is called. */
  abstract watch(shape: Shape, listener: (news: ShapeNews) => void): () => void;
}
