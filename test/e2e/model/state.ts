/*
 * What the world consists of, as far as clients can tell. Everything is immutable and plain JSON. Nothing here, or beside it,
 * knows the product: it restates the contract.
 */

/** As much of JSON Schema as the test uses. */
export interface Schema {
  readonly type?: 'object';
  readonly properties?: Readonly<Record<string, { readonly type: 'number' | 'string' }>>;
  readonly required?: readonly string[];
}
export type Schemas = Readonly<Record<string, Schema>>;

export interface Collection {
  /** Event type of its rows. */
  readonly type: string;
  /** Default: only insert. */
  readonly operations?: readonly string[];
}

/** Who is given what. `subject`: the URL of a principal, or a kind of principals. */
export interface Gift {
  readonly subject_kind: 'principal' | 'principal_kind';
  readonly subject_value: string;
  readonly permission: string;
  readonly propagation?: 'self' | 'descendants';
  readonly copy_to_children?: boolean;
  readonly expires_at?: string;
}

/** `id`: undefined when no answer told it. */
export interface Grant extends Gift {
  readonly id?: number;
  readonly created_by: string;
}

/** What a registration says. */
export interface TypeFields {
  readonly name: string;
  readonly description: string;
  readonly creation_schema?: Schema;
  readonly inbox_schemas?: Schemas;
  readonly state_schemas?: Schemas;
  readonly externally_writable_collections?: Readonly<Record<string, Collection>>;
}

export interface Type extends TypeFields {
  readonly revision: number;
  readonly grants: readonly Grant[];
}

/** An item of a stream; leaves may be tokens of patterns.ts. */
export interface Item {
  readonly type: string;
  readonly key: string;
  readonly value?: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

export type Status = 'idle' | 'running' | 'paused' | 'stopping' | 'stopped' | 'killed';

export interface Entity {
  readonly url: string;
  readonly type: string;
  readonly status: Status;
  readonly tags: Readonly<Record<string, string>>;
  readonly args: unknown;
  readonly parent?: string;
  /** URL of a principal. */
  readonly createdBy: string;
  /** The type as it was at the spawn. */
  readonly atSpawn: TypeFields;
  readonly grants: readonly Grant[];
  readonly items: readonly Item[];
  /** The newest claim; `over`: its holder said done. */
  readonly claim?: { readonly epoch: number; readonly over: boolean };
  readonly producers: Readonly<Record<string, { readonly epoch: number; readonly seq: number }>>;
}

/** A success that was answered under an Idempotency-Key. */
export interface Kept {
  /** The command it was, as text. */
  readonly request: string;
  readonly status: number;
  readonly code?: string;
  /** Absent when the answer tells how things are now. */
  readonly body?: unknown;
}

export interface State {
  /** Those that are registered, by name. */
  readonly types: Readonly<Record<string, Type>>;
  /** By URL. */
  readonly entities: Readonly<Record<string, Entity>>;
  /** By key. */
  readonly kept: Readonly<Record<string, Kept>>;
}

export const EMPTY: State = { types: {}, entities: {}, kept: {} };

export const withEntity = (state: State, entity: Entity): State => ({
  ...state,
  entities: { ...state.entities, [entity.url]: entity },
});

export const withType = (state: State, type: Type): State => ({
  ...state,
  types: { ...state.types, [type.name]: type },
});

export const withItems = (entity: Entity, ...items: readonly Item[]): Entity => ({
  ...entity,
  items: [...entity.items, ...items],
});

export const isTerminal = ({ status }: Entity): boolean => status === 'stopped' || status === 'killed';
export const isClosedToWrites = (entity: Entity): boolean => entity.status === 'stopping' || isTerminal(entity);

/** `/chat/42` is of type `chat`. */
export const typeOf = (url: string): string => url.split('/')[1] ?? '';
