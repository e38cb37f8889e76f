import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EntityDto } from './entities.dto.js';

export class DescendantDto extends EntityDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'levels below the entity that was asked about' })
  depth!: number;
}

class ControlEventDto {
  @ApiProperty({ example: 'status' })
  type!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { status: 'running', at: 1767323045678 } })
  data!: unknown;
}

class ProducerDto {
  @ApiProperty()
  id!: string;

  @ApiProperty({ type: 'integer' })
  epoch!: number;

  @ApiProperty({ type: 'integer' })
  seq!: number;
}

/** One accepted request. */
export class HistoryEntryDto {
  @ApiProperty({ type: 'integer', description: 'log sequence of its message' })
  position!: number;

  @ApiPropertyOptional({ description: 'offset after its public items; absent when there are none' })
  offset?: string;

  @ApiProperty({ format: 'date-time', description: 'by the clock of the broker' })
  time!: string;

  @ApiProperty({ description: 'identity of the request' })
  txid!: string;

  @ApiPropertyOptional({ type: ProducerDto })
  producer?: ProducerDto;

  @ApiProperty({ type: [ControlEventDto], description: 'what it changed beside its items' })
  events!: readonly ControlEventDto[];

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  items!: readonly unknown[];
}
