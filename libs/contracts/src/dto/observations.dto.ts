import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Checked } from '../validation/checked.js';
import { isMapOf, isString } from '../validation/checks.js';
import { Optional } from '../validation/optional.js';

export class ObserveEntitiesDto {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'tags that every member has; without any, every entity is one',
    example: { team: 'blue' },
  })
  @Optional()
  @Checked(isMapOf(isString))
  tags?: Readonly<Record<string, string>>;
}

export class ObservedEntitiesDto {
  @ApiProperty({ example: '1a2b3c4d5e6f7081-0918273645546372' })
  sourceRef!: string;

  @ApiProperty({ description: 'a stream of `members` events', example: '/_entities/1a2b3c4d5e6f7081-0918273645546372' })
  streamUrl!: string;
}
