import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsIn, IsString } from 'class-validator';
import { Checked } from '../validation/checked.js';
import { isAnything } from '../validation/checks.js';
import { Optional } from '../validation/optional.js';
import { ANY_JSON } from './any-json.js';
import { DISPATCH_POLICY, type DispatchPolicyBody } from './dispatch-policy.js';
import type { ExternalCollectionBody } from './entity-types.dto.js';
import { EntityGrantInputDto } from './grants.dto.js';
import { SpawnWakeDto } from './wakes.dto.js';

export const SIGNAL_NAMES = ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGCONT', 'SIGUSR'] as const;
export type SignalNameBody = (typeof SIGNAL_NAMES)[number];

const STRINGS = { type: 'object', additionalProperties: { type: 'string' } } as const;

export class SignalDto {
  @ApiProperty({ enum: SIGNAL_NAMES })
  @IsDefined()
  @IsIn(SIGNAL_NAMES)
  signal!: SignalNameBody;

  @ApiPropertyOptional()
  @Optional()
  @IsString()
  reason?: string;

  @ApiPropertyOptional({ ...ANY_JSON })
  @Optional()
  @Checked(isAnything)
  payload?: unknown;
}

export class SignalledDto {
  @ApiProperty()
  url!: string;

  @ApiProperty({ enum: SIGNAL_NAMES })
  signal!: SignalNameBody;

  @ApiProperty()
  previous_state!: string;

  @ApiProperty()
  new_state!: string;

  @ApiProperty({ type: 'integer', description: 'milliseconds since 1970' })
  created_at!: number;

  @ApiProperty({ type: 'integer', description: 'log sequence' })
  txid!: number;
}

export class TagDto {
  @ApiProperty()
  @IsDefined()
  @IsString()
  value!: string;
}

export class StreamsDto {
  @ApiProperty({ example: '/chat/42/main' })
  main!: string;
}

export class EntityDto {
  @ApiProperty({ example: '/chat/42' })
  url!: string;

  @ApiProperty({ example: 'chat' })
  type!: string;

  @ApiProperty({ enum: ['spawning', 'running', 'idle', 'paused', 'stopping', 'stopped', 'killed'] })
  status!: string;

  @ApiProperty({ type: StreamsDto })
  streams!: StreamsDto;

  @ApiPropertyOptional(DISPATCH_POLICY)
  dispatch_policy?: DispatchPolicyBody;

  @ApiProperty(STRINGS)
  tags!: Readonly<Record<string, string>>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  spawn_args?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  sandbox?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional()
  parent?: string;

  @ApiPropertyOptional({ example: '/principal/user%3Aalice' })
  created_by?: string;

  @ApiProperty({ type: 'integer', description: 'milliseconds since 1970' })
  created_at!: number;

  @ApiProperty({ type: 'integer', description: 'milliseconds since 1970' })
  updated_at!: number;
}

export class ReadEntityDto extends EntityDto {
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'object' }, description: 'of its type' })
  externally_writable_collections?: Readonly<Record<string, ExternalCollectionBody>>;
}

export class ChangedEntityDto extends EntityDto {
  @ApiPropertyOptional({ type: 'integer', description: 'log sequence; absent when nothing changed' })
  txid?: number;
}

export class LogTxidDto {
  @ApiProperty({ type: 'integer', description: 'log sequence' })
  txid!: number;
}

export class UnitTxidDto {
  @ApiProperty({ format: 'uuid', description: 'in the headers of the event on the main stream' })
  txid!: string;
}

/** Described here, checked by `SPAWN_SCHEMA`. */
export class SpawnDto {
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'checked against creation_schema' })
  args?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional(STRINGS)
  tags?: Readonly<Record<string, string>>;

  @ApiPropertyOptional({ description: 'URL of an entity' })
  parent?: string;

  @ApiPropertyOptional(DISPATCH_POLICY)
  dispatch_policy?: DispatchPolicyBody;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  sandbox?: { readonly profile?: string; readonly inherit?: boolean };

  @ApiPropertyOptional({ ...ANY_JSON, description: 'delivered as a message of its own' })
  initialMessage?: unknown;

  @ApiPropertyOptional()
  initialMessageType?: string;

  @ApiPropertyOptional({ type: [EntityGrantInputDto], description: 'besides those that are copied from the parent' })
  grants?: readonly EntityGrantInputDto[];

  @ApiPropertyOptional({ type: SpawnWakeDto })
  wake?: SpawnWakeDto;
}

export const MESSAGE_MODES = ['immediate', 'queued', 'paused', 'steer'] as const;

export const MESSAGE_STATUSES = ['pending', 'processed', 'cancelled'] as const;

/** Described here, checked by `EDIT_MESSAGE_SCHEMA`. Only what is given changes. */
export class EditMessageDto {
  @ApiPropertyOptional({ ...ANY_JSON })
  payload?: unknown;

  @ApiPropertyOptional()
  position?: string;

  @ApiPropertyOptional({ enum: MESSAGE_MODES })
  mode?: (typeof MESSAGE_MODES)[number];

  @ApiPropertyOptional({ enum: MESSAGE_STATUSES, description: 'the event says when it was reached' })
  status?: (typeof MESSAGE_STATUSES)[number];
}

export const COLLECTION_OPERATIONS = ['insert', 'update', 'delete'] as const;

/** Described here, checked by `COLLECTION_ROW_SCHEMA`. */
export class CollectionRowDto {
  @ApiProperty({ enum: COLLECTION_OPERATIONS, description: 'one that the type opens; insert unless it says otherwise' })
  operation!: (typeof COLLECTION_OPERATIONS)[number];

  @ApiPropertyOptional({ description: 'required but for an insert' })
  key?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'required but for a delete' })
  value?: Readonly<Record<string, unknown>>;
}

export class CollectionKeyDto {
  @ApiProperty({ description: 'of the row' })
  key!: string;
}

/** Described here, checked by `SEND_SCHEMA`. */
export class SendDto {
  @ApiPropertyOptional({ ...ANY_JSON, description: 'required by the rules of the message' })
  payload?: unknown;

  @ApiPropertyOptional({ description: 'key of the inbox event; not an idempotency key' })
  key?: string;

  @ApiPropertyOptional({ description: 'checked against inbox_schemas when given' })
  type?: string;

  @ApiPropertyOptional({ enum: MESSAGE_MODES, default: 'immediate' })
  mode?: (typeof MESSAGE_MODES)[number];

  @ApiPropertyOptional()
  position?: string;

  @ApiPropertyOptional({ description: 'only 0 for now' })
  afterMs?: number;

  @ApiPropertyOptional({ description: 'must be the URL of the principal' })
  from?: string;

  @ApiPropertyOptional({ description: 'must be the URL of the principal' })
  from_principal?: string;

  @ApiPropertyOptional({ description: 'entity that sends; needs its write token, or an agent principal' })
  from_agent?: string;
}
