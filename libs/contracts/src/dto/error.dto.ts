import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ANY_JSON } from './any-json.js';

export class ErrorBodyDto {
  @ApiProperty({ example: 'NOT_FOUND', description: 'see the table of errors' })
  code!: string;

  @ApiProperty({ description: 'free text' })
  message!: string;

  @ApiPropertyOptional({ ...ANY_JSON, description: 'for violations of a schema: [{"path": JSON pointer, "message"}]' })
  details?: unknown;
}

/** The envelope of every error. */
export class ErrorDto {
  @ApiProperty({ type: ErrorBodyDto })
  error!: ErrorBodyDto;
}
