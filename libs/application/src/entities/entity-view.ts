import type { DispatchPolicy, SandboxSelection } from '@app/domain/entity/dispatch-policy.js';
import type { SpawnedEntity } from '@app/domain/entity/entity.state.js';
import type { JsonObject } from '@app/domain';

/** An entity as clients see it. */
export interface EntityView {
  readonly url: string;
  readonly type: string;
  readonly status: string;
  readonly streams: { readonly main: string };
  readonly dispatch_policy?: DispatchPolicy;
  readonly tags: { readonly [key: string]: string };
  readonly spawn_args?: JsonObject;
  readonly sandbox?: SandboxSelection;
  readonly parent?: string;
  readonly created_by?: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** `path`: address of the entity without leading slash, such as `chat/42`. */
export const entityView = (
  path: string,
  { status, updatedAt, cold }: SpawnedEntity,
  args?: JsonObject,
): EntityView => ({
  url: `/${path}`,
  type: cold.type,
  status,
  streams: { main: `/${path}/main` },
  ...(cold.dispatchPolicy === undefined ? {} : { dispatch_policy: cold.dispatchPolicy }),
  tags: cold.tags,
  ...(args === undefined ? {} : { spawn_args: args }),
  ...(cold.sandbox === undefined ? {} : { sandbox: cold.sandbox }),
  ...(cold.parent === undefined ? {} : { parent: cold.parent }),
  created_by: cold.createdBy,
  created_at: cold.createdAt,
  updated_at: updatedAt,
});
