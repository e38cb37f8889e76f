import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsInt, IsNotEmpty, IsString, Max, Min } from 'class-validator';
import { LEASE_MS } from '../http/limits.js';
import { Optional } from '../validation/optional.js';

export class ClaimDto {
  @ApiProperty({ description: 'who will do the work; shown to operators' })
  @IsDefined()
  @IsString()
  @IsNotEmpty()
  runner!: string;

  @ApiPropertyOptional({ minimum: LEASE_MS.min, maximum: LEASE_MS.max, default: LEASE_MS.default })
  @Optional()
  @IsInt()
  @Min(LEASE_MS.min)
  @Max(LEASE_MS.max)
  leaseMs?: number;
}

export class ClaimEpochDto {
  @ApiProperty({ description: 'as answered to the claim' })
  @IsDefined()
  @IsInt()
  @Min(1)
  claimEpoch!: number;
}

export class ClaimedDto {
  @ApiProperty({ description: 'bearer token for writes to the main stream' })
  token!: string;

  @ApiProperty({ description: 'log sequence of the grant; a greater one fences this claim' })
  claimEpoch!: number;

  @ApiProperty({ format: 'date-time' })
  leaseExpiresAt!: string;
}

/** There is no work: the entity is paused or has ended. */
export class NoWorkDto {
  @ApiProperty({ enum: [true] })
  done!: true;
}

export class LeaseDto {
  @ApiProperty({ format: 'date-time' })
  leaseExpiresAt!: string;
}

export class ReleasedDto {
  @ApiProperty({ description: 'status of the entity after the release' })
  status!: string;
}
