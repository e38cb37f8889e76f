import { assertNever } from '../kernel/assert-never.js';
import type { Decided, Decider } from '../kernel/decision.js';
import { decideAppendEvents, type AppendResult } from './decisions/append-events.js';
import {
  decideClaim,
  decideExpireClaim,
  decideReleaseClaim,
  type ClaimResult,
  type Released,
} from './decisions/claims.js';
import { decideDeleteMessage, decideEditMessage, type MessageChanged } from './decisions/change-message.js';
import { decideDeliverWake, type WakeDelivered } from './decisions/deliver-wake.js';
import { decideGiveGrant, decideRevokeGrant, type Granted, type Revoked } from './decisions/grants.js';
import { decideSendMessage, type Sent } from './decisions/send-message.js';
import { decideSignal, type Signalled } from './decisions/signal.js';
import { decideSpawn, type SpawnResult } from './decisions/spawn.js';
import { decideDeleteTag, decideSetTag, type Tagged } from './decisions/tags.js';
import { decideWriteCollection, type CollectionWritten } from './decisions/write-collection.js';
import { decideWriteManifest, type ManifestWritten } from './decisions/write-manifest.js';
import { decideBeginWork, decideEndWork, type BeginResult, type EndResult } from './decisions/work.js';
import type { EntityCommand } from './entity.commands.js';
import type { EntityEvent } from './entity.events.js';
import { evolveEntity } from './entity.evolve.js';
import { absentEntity, type EntityState } from './entity.state.js';

export type EntityResult =
  | SpawnResult
  | Sent
  | MessageChanged
  | CollectionWritten
  | ManifestWritten
  | Signalled
  | Tagged
  | BeginResult
  | EndResult
  | ClaimResult
  | Released
  | AppendResult
  | WakeDelivered
  | Granted
  | Revoked;

const decide = (state: EntityState, command: EntityCommand): Decided<EntityEvent, EntityResult> => {
  switch (command.type) {
    case 'Spawn':
      return decideSpawn(state, command);
    case 'SendMessage':
      return decideSendMessage(state, command);
    case 'EditMessage':
      return decideEditMessage(state, command);
    case 'DeleteMessage':
      return decideDeleteMessage(state, command);
    case 'WriteCollection':
      return decideWriteCollection(state, command);
    case 'WriteManifest':
      return decideWriteManifest(state, command);
    case 'Signal':
      return decideSignal(state, command);
    case 'SetTag':
      return decideSetTag(state, command);
    case 'DeleteTag':
      return decideDeleteTag(state, command);
    case 'BeginWork':
      return decideBeginWork(state, command);
    case 'EndWork':
      return decideEndWork(state, command);
    case 'Claim':
      return decideClaim(state, command);
    case 'ReleaseClaim':
      return decideReleaseClaim(state, command);
    case 'ExpireClaim':
      return decideExpireClaim(state, command);
    case 'AppendEvents':
      return decideAppendEvents(state, command);
    case 'DeliverWake':
      return decideDeliverWake(state, command);
    case 'GiveGrant':
      return decideGiveGrant(state, command);
    case 'RevokeGrant':
      return decideRevokeGrant(state, command);
    default:
      return assertNever(command);
  }
};

/** The rules of entities. A handler that wants the exact result type calls the function of its command. */
export const entityDecider: Decider<EntityState, EntityCommand, EntityEvent, EntityResult> = {
  initial: absentEntity,
  decide,
  evolve: evolveEntity,
};
