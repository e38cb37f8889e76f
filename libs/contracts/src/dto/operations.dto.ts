import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SPAWN_SCHEMA } from './body-schemas.js';
import { SIGNAL_NAMES, SpawnDto, type SignalNameBody } from './entities.dto.js';

/** Entities that one operation spawns. */
export const MAX_BULK_SPAWN = 10_000;

const STRING = { type: 'string' } as const;
const STRINGS = { type: 'object', additionalProperties: STRING } as const;

export class BulkSpawnDto extends SpawnDto {
  @ApiProperty({ example: '/chat/42' })
  url!: string;
}

class BulkFilterDto {
  @ApiPropertyOptional()
  type?: string;

  @ApiPropertyOptional()
  status?: string;

  @ApiPropertyOptional()
  parent?: string;

  @ApiPropertyOptional()
  created_by?: string;

  @ApiPropertyOptional(STRINGS)
  tags?: Readonly<Record<string, string>>;
}

/** Described here, checked by `OPERATION_SCHEMA`. */
export class StartOperationDto {
  @ApiProperty({ enum: ['spawn', 'signal'] })
  kind!: 'spawn' | 'signal';

  @ApiPropertyOptional({
    type: [BulkSpawnDto],
    description: 'of a spawn: each as the body of a single one, and its URL',
  })
  entities?: readonly BulkSpawnDto[];

  @ApiPropertyOptional({ type: BulkFilterDto, description: 'of a signal: which entities; at least one condition' })
  filter?: BulkFilterDto;

  @ApiPropertyOptional({ enum: SIGNAL_NAMES, description: 'of a signal' })
  signal?: SignalNameBody;

  @ApiPropertyOptional()
  reason?: string;

  @ApiPropertyOptional({ description: 'any JSON' })
  payload?: unknown;
}

const SPAWNS = {
  properties: {
    kind: { const: 'spawn' },
    entities: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_BULK_SPAWN,
      items: { ...SPAWN_SCHEMA, required: ['url'], properties: { ...SPAWN_SCHEMA.properties, url: STRING } },
    },
  },
  required: ['kind', 'entities'],
  additionalProperties: false,
};

const SIGNALLED = {
  properties: {
    kind: { const: 'signal' },
    filter: {
      type: 'object',
      minProperties: 1,
      additionalProperties: false,
      properties: {
        type: STRING,
        status: STRING,
        parent: STRING,
        created_by: STRING,
        tags: { ...STRINGS, minProperties: 1, maxProperties: 8 },
      },
    },
    signal: { type: 'string', enum: SIGNAL_NAMES },
    reason: STRING,
    payload: {},
  },
  required: ['kind', 'filter', 'signal'],
  additionalProperties: false,
};

export const OPERATION_SCHEMA = {
  type: 'object',
  required: ['kind'],
  properties: { kind: { enum: ['spawn', 'signal'] } },
  if: { properties: { kind: { const: 'spawn' } } },
  then: SPAWNS,
  else: SIGNALLED,
} as const;

class OperationErrorDto {
  @ApiProperty()
  url!: string;

  @ApiProperty({ example: 'DUPLICATE_URL' })
  code!: string;

  @ApiProperty()
  message!: string;
}

export class OperationDto {
  @ApiProperty({ example: 'op-6b4ed29a-1c1c-4b5a-8f7e-1d2b3c4d5e6f' })
  id!: string;

  @ApiProperty({ enum: ['spawn', 'signal'] })
  kind!: 'spawn' | 'signal';

  @ApiProperty({ enum: ['running', 'cancelling', 'completed', 'cancelled'] })
  status!: 'running' | 'cancelling' | 'completed' | 'cancelled';

  @ApiProperty({ example: '/principal/user%3Aalice' })
  created_by!: string;

  @ApiProperty({ type: 'integer', description: 'milliseconds since 1970' })
  created_at!: number;

  @ApiProperty({ type: 'integer', description: 'milliseconds since 1970' })
  updated_at!: number;

  @ApiProperty({ type: 'integer', description: 'entities there were to deal with at the start' })
  total!: number;

  @ApiProperty({ type: 'integer' })
  done!: number;

  @ApiProperty({ type: 'integer', description: 'refused' })
  failed!: number;

  @ApiProperty({ type: [OperationErrorDto], description: 'the first few refusals' })
  errors!: readonly OperationErrorDto[];
}
