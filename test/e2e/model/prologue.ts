import { may } from './access.js';
import { NOT_FOUND, refusal, UNAUTHORIZED, type Expectation } from './expectation.js';
import { MS } from './patterns.js';
import { typeOf, type Entity, type State } from './state.js';

/** What every route of an entity begins with: is it there, is the body one, may the principal (2.3). */
export const found = (
  state: State,
  { url, who }: { readonly url: string; readonly who: string },
  permission: string,
  badBody?: Expectation,
): { readonly entity: Entity } | Expectation => {
  const entity = state.entities[url];
  if (!entity) return missing(state, url);
  if (badBody) return badBody;
  return may(state, entity, who, permission) ? { entity } : UNAUTHORIZED;
};

export const missing = (state: State, url: string): Expectation =>
  state.types[typeOf(url)] ? NOT_FOUND : refusal(404, 'UNKNOWN_ENTITY_TYPE');

export const isRefusal = (found: { readonly entity: Entity } | Expectation): found is Expectation => 'status' in found;

/** The public entity, as read back. */
export const shown = (entity: Entity): Readonly<Record<string, unknown>> => ({
  url: entity.url,
  type: entity.type,
  status: entity.status,
  streams: { main: `${entity.url}/main` },
  tags: entity.tags,
  spawn_args: entity.args,
  ...(entity.parent !== undefined && { parent: entity.parent }),
  created_by: entity.createdBy,
  created_at: MS,
  updated_at: MS,
});
