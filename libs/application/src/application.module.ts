import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { SigningKeys } from '@app/platform';
import { EntityAccess } from './access/entity-access.js';
import { SharedStateAccess } from './access/shared-state-access.js';
import { StreamAccess } from './access/stream-access.js';
import { TypeAccess } from './access/type-access.js';
import { AttachmentService } from './attachments/attachment-service.js';
import { AttachFileHandler } from './attachments/handlers/attach-file.handler.js';
import { FindAttachmentHandler } from './attachments/handlers/find-attachment.handler.js';
import { RemoveAttachmentHandler } from './attachments/handlers/remove-attachment.handler.js';
import { ClaimHolder } from './claims/claim-holder.js';
import { ClaimEntityHandler } from './claims/handlers/claim-entity.handler.js';
import { ReleaseClaimHandler } from './claims/handlers/release-claim.handler.js';
import { RenewClaimHandler } from './claims/handlers/renew-claim.handler.js';
import { LeaseKeeper } from './claims/lease-keeper.js';
import { WriteTokens } from './claims/write-token.js';
import { EntityCommands } from './entities/entity-commands.js';
import { EntityReader } from './entities/entity-reader.js';
import { EntityWriter } from './entities/entity-writer.js';
import { AppendEventsHandler } from './entities/handlers/append-events.handler.js';
import { ChangeMessageHandler } from './entities/handlers/change-message.handler.js';
import { GiveGrantHandler, ListGrantsHandler, RevokeGrantHandler } from './entities/handlers/entity-grants.handlers.js';
import { GetEntityHandler } from './entities/handlers/get-entity.handler.js';
import { ListEntitiesHandler } from './entities/handlers/list-entities.handler.js';
import { ReadHistoryHandler } from './entities/handlers/read-history.handler.js';
import { ReadTreeHandler } from './entities/handlers/read-tree.handler.js';
import { RequireEntityHandler } from './entities/handlers/require-entity.handler.js';
import { SendMessageHandler } from './entities/handlers/send-message.handler.js';
import { SignalEntityHandler } from './entities/handlers/signal-entity.handler.js';
import { SpawnEntityHandler } from './entities/handlers/spawn-entity.handler.js';
import { TagEntityHandler } from './entities/handlers/tag-entity.handler.js';
import { WriteCollectionHandler } from './entities/handlers/write-collection.handler.js';
import { PrincipalEntities } from './entities/principal-entities.js';
import { Senders } from './entities/sender.js';
import { SpawnSurroundings } from './entities/spawn-surroundings.js';
import { BuiltInTypes } from './entity-types/built-in-types.js';
import { AmendSchemasHandler } from './entity-types/handlers/amend-schemas.handler.js';
import { DeleteTypeHandler } from './entity-types/handlers/delete-type.handler.js';
import { RegisterTypeHandler } from './entity-types/handlers/register-type.handler.js';
import {
  GrantTypeHandler,
  ListTypeGrantsHandler,
  RevokeTypeGrantHandler,
} from './entity-types/handlers/type-grants.handlers.js';
import { GetTypeHandler, ListTypesHandler } from './entity-types/handlers/type-queries.js';
import { ServeEndpoint } from './entity-types/serve-endpoint.js';
import { TypeRegistry } from './entity-types/type-registry.js';
import { TypeWriter } from './entity-types/type-writer.js';
import { CancelOperationHandler } from './operations/handlers/cancel-operation.handler.js';
import { GetOperationHandler } from './operations/handlers/get-operation.handler.js';
import { StartOperationHandler } from './operations/handlers/start-operation.handler.js';
import { OperationRunner } from './operations/operation-runner.js';
import { OperationStore } from './operations/operation-store.js';
import { OperationTargets } from './operations/operation-targets.js';
import { ForkSources } from './plain-streams/fork-sources.js';
import { AppendToStreamHandler } from './plain-streams/handlers/append-to-stream.handler.js';
import { CreateStreamHandler } from './plain-streams/handlers/create-stream.handler.js';
import { DeleteStreamHandler } from './plain-streams/handlers/delete-stream.handler.js';
import { OpenStreamHandler } from './plain-streams/handlers/open-stream.handler.js';
import { EnsureMembershipHandler } from './membership/ensure-membership.handler.js';
import { MembershipService } from './membership/membership-service.js';
import { ObserveMembershipHandler } from './membership/observe-membership.handler.js';
import { PlainStreamWriter } from './plain-streams/plain-stream-writer.js';
import { PlainStreams } from './plain-streams/plain-streams.js';
import { SharedStateGuard } from './plain-streams/shared-state-guard.js';
import { Renewals } from './plain-streams/renewals.js';
import { SIGNING_KEYS } from './ports/tokens.js';
import { Commands } from './routing/commands.js';
import { RoutedCommands } from './routing/routed-commands.js';
import { SchemaCompiler } from './schemas/schema-compiler.js';
import { DeliverWakeHandler } from './wakes/deliver-wake.handler.js';
import { RegisterWakeHandler } from './wakes/register-wake.handler.js';
import { WakeAccess } from './wakes/wake-access.js';
import { WakeAccessHandler } from './wakes/wake-access.handler.js';
import { UnregisterWakeHandler } from './wakes/unregister-wake.handler.js';

const types = [
  TypeRegistry,
  TypeWriter,
  BuiltInTypes,
  ServeEndpoint,
  RegisterTypeHandler,
  AmendSchemasHandler,
  DeleteTypeHandler,
  GetTypeHandler,
  ListTypesHandler,
  ListTypeGrantsHandler,
  GrantTypeHandler,
  RevokeTypeGrantHandler,
];

const entities = [
  EntityWriter,
  EntityReader,
  EntityCommands,
  PrincipalEntities,
  Senders,
  SpawnSurroundings,
  SpawnEntityHandler,
  SendMessageHandler,
  ChangeMessageHandler,
  WriteCollectionHandler,
  SignalEntityHandler,
  TagEntityHandler,
  AppendEventsHandler,
  GetEntityHandler,
  ListEntitiesHandler,
  ReadHistoryHandler,
  ReadTreeHandler,
  RequireEntityHandler,
  ListGrantsHandler,
  GiveGrantHandler,
  RevokeGrantHandler,
];

const access = [EntityAccess, TypeAccess, SharedStateAccess, StreamAccess];

const claims = [LeaseKeeper, ClaimHolder, ClaimEntityHandler, RenewClaimHandler, ReleaseClaimHandler];

const attachments = [AttachmentService, AttachFileHandler, FindAttachmentHandler, RemoveAttachmentHandler];

const membership = [MembershipService, EnsureMembershipHandler, ObserveMembershipHandler];

const plainStreams = [
  PlainStreamWriter,
  SharedStateGuard,
  PlainStreams,
  ForkSources,
  Renewals,
  CreateStreamHandler,
  AppendToStreamHandler,
  DeleteStreamHandler,
  OpenStreamHandler,
];

const wakes = [WakeAccess, WakeAccessHandler, RegisterWakeHandler, UnregisterWakeHandler, DeliverWakeHandler];

const operations = [
  OperationStore,
  OperationTargets,
  OperationRunner,
  StartOperationHandler,
  CancelOperationHandler,
  GetOperationHandler,
];

const routing = [Commands, RoutedCommands];

/**
 * The handlers behind the buses. The process provides globally: EVENT_LOG, REGISTRY_LOG, SIGNING_KEYS, TENANT,
 * ALLOW_DISCOVERY, Clock, Subjects, EntityQueries, ManifestQueries, WakeQueries, OperationQueries, LeaseHeartbeats,
 * TypeDescriptions, Peers.
 */
@Module({
  imports: [CqrsModule],
  providers: [
    SchemaCompiler,
    { provide: WriteTokens, useFactory: (keys: SigningKeys) => new WriteTokens(keys), inject: [SIGNING_KEYS] },
    ...access,
    ...types,
    ...entities,
    ...claims,
    ...attachments,
    ...membership,
    ...plainStreams,
    ...wakes,
    ...operations,
    ...routing,
  ],
  exports: [CqrsModule, Commands, StreamAccess, WriteTokens],
})
export class ApplicationModule {}
