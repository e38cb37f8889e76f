import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { Checked } from '../validation/checked.js';
import { Optional } from '../validation/optional.js';
import { hasShape, isArrayOf, isBoolean, isMapOf, isObject, isOneOf, isString } from '../validation/checks.js';
import { SUBJECT_KIND_NAMES, TYPE_PERMISSION_NAMES, TypeGrantInputDto } from './grants.dto.js';
import { DISPATCH_POLICY, isDispatchPolicy, type DispatchPolicyBody } from './dispatch-policy.js';

/** A JSON Schema, restricted to the keywords of the contract. */
export type SchemaBody = Readonly<Record<string, unknown>>;
export type SchemaMapBody = Readonly<Record<string, SchemaBody>>;

export interface SlashCommandBody {
  readonly name: string;
  readonly description?: string;
  readonly arguments?: readonly {
    readonly name: string;
    readonly type: 'string' | 'number' | 'boolean';
    readonly required?: boolean;
    readonly description?: string;
  }[];
}

export interface ExternalCollectionBody {
  readonly type: string;
  readonly contract?: string;
  readonly operations?: readonly ('insert' | 'update' | 'delete')[];
}

const isSlashCommand = hasShape({
  required: { name: isString },
  optional: {
    description: isString,
    arguments: isArrayOf(
      hasShape({
        required: { name: isString, type: isOneOf('string', 'number', 'boolean') },
        optional: { required: isBoolean, description: isString },
        strict: true,
      }),
    ),
  },
  strict: true,
});

const isTypeGrant = hasShape({
  required: {
    subject_kind: isOneOf(...SUBJECT_KIND_NAMES),
    subject_value: isString,
    permission: isOneOf(...TYPE_PERMISSION_NAMES),
  },
  optional: { expires_at: isString },
  strict: true,
});

const isExternalCollection = hasShape({
  required: { type: isString },
  optional: {
    contract: isString,
    operations: isArrayOf(isOneOf('insert', 'update', 'delete')),
    principalColumn: isString,
  },
  strict: true,
});

const SCHEMA_MAP = { type: 'object', additionalProperties: { type: 'object' } } as const;

/** Strict: unknown fields are refused, since a forgotten schema would let everything in. */
export class AmendSchemasDto {
  static readonly strict = true;

  @ApiPropertyOptional({ ...SCHEMA_MAP, description: 'message type -> JSON Schema of its payload' })
  @Optional()
  @Checked(isMapOf(isObject))
  inbox_schemas?: SchemaMapBody;

  @ApiPropertyOptional({ ...SCHEMA_MAP, description: 'event type -> JSON Schema of its value' })
  @Optional()
  @Checked(isMapOf(isObject))
  state_schemas?: SchemaMapBody;
}

export class RegisterEntityTypeDto extends AmendSchemasDto {
  @ApiPropertyOptional({ description: 'required, unless the serve endpoint says it' })
  @Optional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ description: 'required, unless the serve endpoint says it' })
  @Optional()
  @IsString()
  description?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'JSON Schema of spawn args' })
  @Optional()
  @Checked(isObject)
  creation_schema?: SchemaBody;

  @ApiPropertyOptional({ type: 'array', items: { type: 'object' } })
  @Optional()
  @Checked(isArrayOf(isSlashCommand))
  slash_commands?: readonly SlashCommandBody[];

  @ApiPropertyOptional({ description: 'asked with PUT to describe its type, and the default webhook' })
  @Optional()
  @IsString()
  serve_endpoint?: string;

  @ApiPropertyOptional(DISPATCH_POLICY)
  @Optional()
  @Checked(isDispatchPolicy)
  default_dispatch_policy?: DispatchPolicyBody;

  @ApiPropertyOptional({ type: [TypeGrantInputDto], description: 'granted unless there is the same grant already' })
  @Optional()
  @Checked(isArrayOf(isTypeGrant))
  permission_grants?: readonly TypeGrantInputDto[];

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'object' } })
  @Optional()
  @Checked(isMapOf(isExternalCollection))
  externally_writable_collections?: Readonly<Record<string, ExternalCollectionBody>>;
}

export class EntityTypeDto {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  creation_schema!: SchemaBody | null;

  @ApiProperty({ ...SCHEMA_MAP, nullable: true })
  inbox_schemas!: SchemaMapBody | null;

  @ApiProperty({ ...SCHEMA_MAP, nullable: true })
  state_schemas!: SchemaMapBody | null;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'object' } })
  externally_writable_collections?: Readonly<Record<string, ExternalCollectionBody>>;

  @ApiPropertyOptional({ type: 'array', items: { type: 'object' } })
  slash_commands?: readonly SlashCommandBody[];

  @ApiPropertyOptional()
  serve_endpoint?: string;

  @ApiPropertyOptional(DISPATCH_POLICY)
  default_dispatch_policy?: DispatchPolicyBody;

  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}
