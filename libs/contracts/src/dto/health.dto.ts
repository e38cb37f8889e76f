import { ApiProperty } from '@nestjs/swagger';

export class HealthDto {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

export class LivenessDto {
  @ApiProperty({ description: 'false: only a new process helps' })
  live!: boolean;
}

export class ReadinessDto {
  @ApiProperty({ description: 'false: send no requests here now' })
  ready!: boolean;

  @ApiProperty({
    type: 'object',
    description: 'every part of the process by name',
    additionalProperties: {
      type: 'object',
      required: ['state', 'since'],
      properties: {
        state: { enum: ['ready', 'waiting', 'broken'] },
        reason: { type: 'string' },
        since: { type: 'string', format: 'date-time' },
      },
    },
  })
  parts!: Record<string, unknown>;
}
