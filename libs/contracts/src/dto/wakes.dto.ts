import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsDefined, IsNumber, IsString } from 'class-validator';
import { Checked } from '../validation/checked.js';
import { Optional } from '../validation/optional.js';
import { hasShape, isAnyOf, isArrayOf, isOneOf, isString } from '../validation/checks.js';

const OPS = ['insert', 'update', 'delete'] as const;

export type WakeConditionBody =
  | 'runFinished'
  | { readonly on: 'change'; readonly collections?: readonly string[]; readonly ops?: readonly (typeof OPS)[number][] };

export const isWakeCondition = isAnyOf(
  isOneOf('runFinished'),
  hasShape({
    required: { on: isOneOf('change') },
    optional: { collections: isArrayOf(isString), ops: isArrayOf(isOneOf(...OPS)) },
  }),
);

const WAKE_CONDITION = {
  oneOf: [
    { type: 'string', enum: ['runFinished'] },
    {
      type: 'object',
      required: ['on'],
      properties: {
        on: { type: 'string', enum: ['change'] },
        collections: { type: 'array', items: { type: 'string' }, description: 'event types; empty: all' },
        ops: { type: 'array', items: { type: 'string', enum: [...OPS] } },
      },
    },
  ],
};

/** At a spawn: the new entity is the source. */
export class SpawnWakeDto {
  @ApiProperty({ description: 'entity URL that is woken' })
  @IsDefined()
  @IsString()
  subscriberUrl!: string;

  @ApiProperty(WAKE_CONDITION)
  @IsDefined()
  @Checked(isWakeCondition)
  condition!: WakeConditionBody;

  @ApiPropertyOptional({ description: 'only 0 for now' })
  @Optional()
  @IsNumber()
  debounceMs?: number;

  @ApiPropertyOptional({ description: 'only 0 for now' })
  @Optional()
  @IsNumber()
  timeoutMs?: number;

  @ApiPropertyOptional({ default: true })
  @Optional()
  @IsBoolean()
  includeResponse?: boolean;

  @ApiPropertyOptional()
  @Optional()
  @IsString()
  manifestKey?: string;
}

export class RegisterWakeDto extends SpawnWakeDto {
  @ApiProperty({ description: 'entity URL or stream path that is watched' })
  @IsDefined()
  @IsString()
  sourceUrl!: string;
}

export class UnregisterWakeDto {
  @ApiProperty()
  @IsDefined()
  @IsString()
  subscriberUrl!: string;

  @ApiPropertyOptional({ description: 'wins over manifestKey' })
  @Optional()
  @IsString()
  sourceUrl?: string;

  @ApiPropertyOptional()
  @Optional()
  @IsString()
  manifestKey?: string;
}
