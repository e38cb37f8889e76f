import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, refs } from '@nestjs/swagger';
import { Commands, ClaimEntityCommand, ReleaseClaimCommand, RenewClaimCommand, type Caller } from '@app/application';
import { ClaimDto, ClaimedDto, ClaimEpochDto, LEASE_MS, LeaseDto, NoWorkDto, ReleasedDto } from '@app/contracts';
import type { EntityAddress } from '@app/domain';
import { CallerOf } from '../auth/caller.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { Address } from '../http/params.js';
import { bearerToken, type GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readDto } from '../validation/read-dto.js';
import { TargetedBodies } from '../validation/targeted-bodies.js';

/** Work on one entity, claimed directly. A later claim fences the earlier one. */
@ApiTags('claims')
@Controller(['v1/entities/:type/:id/claim', '_electric/entities/:type/:id/claim'])
export class ClaimsController {
  constructor(
    private readonly commands: Commands,
    private readonly bodies: TargetedBodies,
  ) {}

  /** Answers `{"done":true}` when the entity is paused or has ended. */
  @Post()
  @Writes('control')
  @HttpCode(200)
  @ApiAddress()
  @ApiBody({ type: ClaimDto })
  @ApiExtraModels(ClaimedDto, NoWorkDto)
  @ApiOkResponse({ schema: { oneOf: refs(ClaimedDto, NoWorkDto) } })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'FENCED')
  async claim(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() { body }: GatewayRequest,
  ): Promise<ClaimedDto | NoWorkDto> {
    const { runner, leaseMs = LEASE_MS.default } = await this.bodies.forEntity(caller, address, () =>
      readDto(ClaimDto, body),
    );
    return this.commands.execute(new ClaimEntityCommand(caller, address, runner, leaseMs));
  }

  /** Renews the lease; nothing is written. */
  @Post('heartbeat')
  @HttpCode(200)
  @ApiBearerAuth()
  @ApiAddress()
  @ApiBody({ type: ClaimEpochDto })
  @ApiOkResponse({ type: LeaseDto })
  @ApiErrors('INVALID_REQUEST', 'UNAUTHORIZED', 'NOT_FOUND', 'FENCED')
  async heartbeat(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() request: GatewayRequest,
  ): Promise<LeaseDto> {
    const proof = await this.proof(caller, address, request);
    return this.commands.execute(new RenewClaimCommand(caller, address, proof));
  }

  @Post('release')
  @Writes('control')
  @HttpCode(200)
  @ApiBearerAuth()
  @ApiAddress()
  @ApiBody({ type: ClaimEpochDto })
  @ApiOkResponse({ type: ReleasedDto })
  @ApiErrors('INVALID_REQUEST', 'UNAUTHORIZED', 'NOT_FOUND', 'FENCED')
  async release(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() request: GatewayRequest,
  ): Promise<ReleasedDto> {
    const proof = await this.proof(caller, address, request);
    return this.commands.execute(new ReleaseClaimCommand(caller, address, proof));
  }

  private async proof(
    caller: Caller,
    address: EntityAddress,
    request: GatewayRequest,
  ): Promise<{ readonly token: string | undefined; readonly claimEpoch: number }> {
    const { claimEpoch } = await this.bodies.forEntity(caller, address, () => readDto(ClaimEpochDto, request.body));
    return { token: bearerToken(request), claimEpoch };
  }
}
