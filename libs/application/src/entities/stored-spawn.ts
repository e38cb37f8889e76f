import {
  decideSpawn,
  DomainError,
  type Decided,
  type EntityEvent,
  type EntitySpawned,
  type EntityState,
  type InitialMessage,
  type JsonObject,
  type Spawn,
  type SpawnResult,
  type Validate,
} from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { anything, type Stored } from '../kernel/replay.js';

/**
 * The spawn as it was decided: the type, the parent and the policy of that time are in its event, whatever became of them
 * since.
 */
export const storedSpawn = (
  { events, units }: Stored,
  asked: {
    readonly args: JsonObject | undefined;
    readonly initialMessage: InitialMessage | undefined;
    /** By the type as it is now: says once more why the initial message was refused. */
    readonly validate: Validate;
  },
): Spawn => {
  const event = events.find(({ type }) => type === 'spawned');
  const { args, initialMessage, validate } = asked;
  if (!event) throw new Error('the unit of a spawn holds no spawn');
  const { type, revision, typeSeq, parent, ancestors, createdBy, tags, at, dispatchPolicy, sandbox } =
    event.data as EntitySpawned['data'];
  return {
    type: 'Spawn',
    now: at,
    entityType: type,
    revision,
    typeSeq,
    createdBy,
    tags,
    ...present({ args, initialMessage, dispatchPolicy, sandbox }),
    validate: units > 1 ? anything : (kind, ...value) => (kind === 'creation' ? [] : validate(kind, ...value)),
    ...(parent !== undefined && { parent: { url: parent, ancestors: ancestors.slice(1) } }),
  };
};

/** Whether the initial message was accepted shows in what was written. */
export const spawnedBefore = (
  before: EntityState,
  spawn: Spawn,
  { units }: Stored,
): Decided<EntityEvent, SpawnResult> => {
  const decided = decideSpawn(before, spawn);
  if (spawn.initialMessage === undefined || units > 1 || decided.result.rejected) return decided;
  const rejected = new DomainError(
    'SCHEMA_VALIDATION_FAILED',
    'the entity exists, but its initial message was refused',
  );
  return { ...decided, result: { kind: 'spawned', rejected } };
};
