import type { JsonObject } from '../kernel/stream-item.js';
import type { DispatchPolicy } from '../entity/dispatch-policy.js';
import type { SlashCommand } from '../message/slash-command.js';

export type Schemas = { readonly [key: string]: JsonObject };

/** A collection that clients may write to through the API. */
export type WritableCollection = {
  /** Event type of its rows. */
  readonly type: string;
  readonly contract?: string;
  /** Only `insert` when absent. */
  readonly operations?: readonly ('insert' | 'update' | 'delete')[];
};

/** What a client registers: wire names, since it is stored and read back as sent. */
export type EntityTypeRegistration = {
  readonly name?: string;
  readonly description?: string;
  readonly creation_schema?: JsonObject;
  readonly inbox_schemas?: Schemas;
  readonly state_schemas?: Schemas;
  readonly externally_writable_collections?: { readonly [name: string]: WritableCollection };
  readonly slash_commands?: readonly SlashCommand[];
  readonly serve_endpoint?: string;
  readonly default_dispatch_policy?: DispatchPolicy;
};

/** A type as stored and as answered. Schemas are null where anything is accepted; times are ISO. */
export type EntityTypeDocument = Omit<
  EntityTypeRegistration,
  'name' | 'description' | 'creation_schema' | 'inbox_schemas' | 'state_schemas'
> & {
  readonly name: string;
  readonly description: string;
  readonly creation_schema: JsonObject | null;
  readonly inbox_schemas: Schemas | null;
  readonly state_schemas: Schemas | null;
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
};
