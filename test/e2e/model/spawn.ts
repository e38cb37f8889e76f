import { isBroad, isExpired, may, mayWithType, urlOf } from './access.js';
import type { Command } from './commands.js';
import { BAD_REQUEST, NOT_FOUND, refusal, UNAUTHORIZED, type Expectation } from './expectation.js';
import { MESSAGE_KEY, NUMBER, TIME, UUID } from './patterns.js';
import { shown } from './prologue.js';
import { schemasOf, violations } from './schemas.js';
import { checkMessage } from './send.js';
import { typeOf, withEntity, withItems, type Entity, type Grant, type Item, type State, type Type } from './state.js';

const created = (url: string, args: unknown, parent: string | undefined): Item => ({
  type: 'entity_created',
  key: 'entity-created',
  value: { entity_type: typeOf(url), timestamp: TIME, args, ...(parent !== undefined && { parent_url: parent }) },
  headers: { operation: 'insert' },
});

/** The first message carries only `from`. */
const firstMessage = (who: string, payload: unknown, type: string | undefined): Item => ({
  type: 'inbox',
  key: MESSAGE_KEY,
  value: {
    from: urlOf(who),
    payload,
    timestamp: TIME,
    mode: 'immediate',
    status: 'processed',
    processed_at: TIME,
    ...(type !== undefined && { message_type: type }),
  },
  headers: { txid: UUID, operation: 'insert' },
});

/** A child gets its parent's grants that are to be copied, for itself. */
const copies = (parent: Entity | undefined, by: string): readonly Grant[] =>
  (parent?.grants ?? [])
    .filter((grant) => grant.copy_to_children === true && !isExpired(grant))
    .map(({ id: _id, ...grant }) => ({ ...grant, propagation: 'self', created_by: by }));

const refused = (state: State, type: Type, command: Command<'spawn'>): Expectation | undefined => {
  const { url, who, args, tags = {}, parent: parentUrl, grants = [] } = command;
  if (Object.values(tags).some((value) => typeof value !== 'string')) return BAD_REQUEST;
  if (!mayWithType(type, who, 'spawn')) return UNAUTHORIZED;
  if (parentUrl !== undefined) {
    const parent = state.entities[parentUrl];
    if (!parent) return NOT_FOUND;
    if (!may(state, parent, who, 'spawn')) return UNAUTHORIZED;
    if (grants.some(isBroad) && !may(state, parent, who, 'manage')) return UNAUTHORIZED;
  }
  const wrong = args && type.creation_schema ? violations(type.creation_schema, args) : [];
  if (wrong.length > 0) return refusal(422, 'SCHEMA_VALIDATION_FAILED', wrong);
  return state.entities[url] && refusal(409, 'DUPLICATE_URL');
};

export const spawn = (state: State, command: Command<'spawn'>): Expectation => {
  const { url, who, args, tags = {}, parent, grants = [], message } = command;
  const type = state.types[typeOf(url)];
  if (!type) return refusal(404, 'UNKNOWN_ENTITY_TYPE');
  const no = refused(state, type, command);
  if (no) return no;
  const by = urlOf(who);
  const { revision: _revision, grants: _grants, ...atSpawn } = type;
  const entity: Entity = {
    url,
    type: type.name,
    status: 'idle',
    tags: tags as Readonly<Record<string, string>>,
    args: args ?? {},
    ...(parent !== undefined && { parent }),
    createdBy: by,
    atSpawn,
    grants: [
      ...copies(parent === undefined ? undefined : state.entities[parent], by),
      ...grants.map((gift) => ({ ...gift, created_by: by })),
    ],
    items: [created(url, args ?? {}, parent)],
    producers: {},
  };
  const spawned = withEntity(state, entity);
  // A message that is refused leaves the entity behind.
  const wrong = message && checkMessage(schemasOf(spawned, entity).inbox_schemas, message);
  if (wrong) return { ...wrong, next: () => spawned };
  const whole = message ? withItems(entity, firstMessage(who, message.payload, message.type)) : entity;
  // The answer tells the arguments as they were given, if they were.
  const body = { ...shown(entity), spawn_args: args, txid: NUMBER };
  return { status: 201, body, next: () => withEntity(state, whole) };
};
