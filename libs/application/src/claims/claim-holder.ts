import { Injectable } from '@nestjs/common';
import { DomainError, type EntityAddress } from '@app/domain';
import type { Caller } from '../kernel/stamp.js';
import { WriteTokens } from './write-token.js';

/** A request in the name of a claim. */
export interface ClaimProof {
  readonly token: string | undefined;
  readonly claimEpoch: number;
}

@Injectable()
export class ClaimHolder {
  constructor(private readonly tokens: WriteTokens) {}

  /** @throws DomainError UNAUTHORIZED unless the token was given for this claim of this entity */
  async check({ tenant }: Caller, { mainPath }: EntityAddress, { token, claimEpoch }: ClaimProof): Promise<void> {
    const grant = token === undefined ? undefined : await this.tokens.verify(token);
    if (grant?.tenant !== tenant || grant.path !== mainPath || grant.epoch !== claimEpoch)
      throw new DomainError('UNAUTHORIZED', 'this needs the write token of the claim');
  }
}
