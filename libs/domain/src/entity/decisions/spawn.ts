import { spawnGrants } from '../../access/spawn-grants.js';
import type { EntityGrant } from '../../access/grant.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Decided, DecidedUnit } from '../../kernel/decision.js';
import { isoFromMs } from '../../kernel/iso-time.js';
import { present } from '../../kernel/present.js';
import { checkStorable } from '../../kernel/storable.js';
import type { StreamItem } from '../../kernel/stream-item.js';
import type { Spawn } from '../entity.commands.js';
import type { EntityEvent, EntitySpawned } from '../entity.events.js';
import { evolveEntity } from '../entity.evolve.js';
import { absentEntity, type EntityState } from '../entity.state.js';
import { checkCold, MAX_ARGS_BYTES, MAX_WAKE_BYTES } from '../limits.js';
import { spawned } from './gates.js';
import { inboxItem } from './inbox-item.js';
import { checkMessage, invalidValue } from './message-rules.js';

/** `rejected`: the entity is created, but its initial message was refused; the caller tells that refusal. */
export interface SpawnResult {
  readonly kind: 'spawned';
  readonly rejected?: DomainError;
}

type Unit = DecidedUnit<EntityEvent>;

const insert = { operation: 'insert' };

const checkArgs = ({ args, validate }: Spawn): void => {
  if (args === undefined) return;
  checkStorable('args', args, MAX_ARGS_BYTES);
  const verdict = validate('creation', '', args);
  if (verdict !== 'unknown' && verdict.length > 0) throw invalidValue(verdict);
};

const grantsOf = ({ parent, grants = [], now, createdBy, commandId }: Spawn): readonly EntityGrant[] => {
  if (commandId === undefined) return [];
  return spawnGrants(parent?.grants ?? [], grants, { now, by: createdBy, commandId, last: 0 });
};

const spawnedEvent = (command: Spawn): EntitySpawned => {
  const { parent, now } = command;
  const grants = grantsOf(command);
  return {
    type: 'spawned',
    data: present({
      type: command.entityType,
      revision: command.revision,
      typeSeq: command.typeSeq,
      parent: parent?.url,
      ancestors: parent === undefined ? [] : [parent.url, ...parent.ancestors],
      createdBy: command.createdBy,
      tags: command.tags ?? {},
      at: now,
      dispatchPolicy: command.dispatchPolicy,
      sandbox: command.sandbox,
      hasArgs: command.args === undefined ? undefined : true,
      grants: grants.length === 0 ? undefined : grants,
    }),
  };
};

const createdItems = ({ now, entityType, args = {}, parent, slashCommands = [] }: Spawn): readonly StreamItem[] => {
  const timestamp = isoFromMs(now);
  const value = { entity_type: entityType, timestamp, args, ...(parent && { parent_url: parent.url }) };
  return [
    { type: 'entity_created', key: 'entity-created', value, headers: insert },
    ...slashCommands.map((command) => ({
      type: 'slash_command',
      key: command.name,
      value: { ...command, source: 'static', updated_at: timestamp },
      headers: insert,
    })),
  ];
};

/** A send by the principal, in its own log entry: so that it can wake what is linked before it. */
const messageUnit = (command: Spawn): { readonly unit?: Unit; readonly rejected?: DomainError } => {
  const { initialMessage, now, validate, entityType } = command;
  if (initialMessage === undefined) return {};
  try {
    checkMessage(entityType, { ...initialMessage, validate });
  } catch (rejected) {
    if (rejected instanceof DomainError) return { rejected };
    throw rejected;
  }
  return { unit: { items: [inboxItem({ ...initialMessage, now })], events: [] } };
};

const identityUnit = ({ identity }: Spawn): Unit | undefined =>
  identity && { items: [{ type: 'identity', key: 'self', value: identity, headers: insert }], events: [] };

export const decideSpawn = (state: EntityState, command: Spawn): Decided<EntityEvent, SpawnResult> => {
  checkArgs(command);
  if (state.situation !== 'absent') throw new DomainError('DUPLICATE_URL', 'an entity with this URL exists already');
  const { wake } = command;
  if (wake !== undefined) checkStorable('the wake registration', { ...wake }, MAX_WAKE_BYTES);
  const event = spawnedEvent(command);
  checkCold(spawned(evolveEntity(absentEntity, event)).cold);
  const registered: readonly EntityEvent[] = wake === undefined ? [] : [{ type: 'registered', data: wake }];
  const first: Unit = { items: createdItems(command), events: [event, ...registered] };
  const message = messageUnit(command);
  const units = [first, identityUnit(command), message.unit].filter((unit) => unit !== undefined);
  return { units, result: present({ kind: 'spawned' as const, rejected: message.rejected }) };
};
