import { Injectable } from '@nestjs/common';
import { DomainError, parseEntityUrl, parsePrincipal, type EntityAddress } from '@app/domain';
import { WriteTokens } from '../claims/write-token.js';
import type { Caller } from '../kernel/stamp.js';
import { EntityWriter } from './entity-writer.js';

export interface SenderClaims {
  readonly from?: string;
  readonly fromPrincipal?: string;
  readonly fromAgent?: string;
  /** Token sent along, to prove `fromAgent`. */
  readonly token?: string;
}

const invalid = (message: string): DomainError => new DomainError('INVALID_REQUEST', message);

/** A full URL stands for its path. */
const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : url);

/** Checks who a message says it is from. */
@Injectable()
export class Senders {
  constructor(
    private readonly writer: EntityWriter,
    private readonly tokens: WriteTokens,
  ) {}

  /** @throws DomainError when the principal is not, or does not speak for, the sender it names */
  async check({ tenant, principal }: Caller, { from, fromPrincipal, fromAgent, token }: SenderClaims): Promise<void> {
    for (const named of [from, fromPrincipal])
      if (named !== undefined && parsePrincipal(named)?.url !== principal)
        throw invalid('from and from_principal must be the URL of the principal');
    if (fromAgent === undefined) return;
    if (!speaksFor(principal, pathOf(fromAgent)) && !(await this.holds(tenant, pathOf(fromAgent), token)))
      throw invalid('from_agent must be the agent of the principal, or come with the write token of its current claim');
  }

  /** Whether the token is the one of the newest claim of the agent, and its holder has not said done. */
  private async holds(tenant: string, agentUrl: string, token: string | undefined): Promise<boolean> {
    const grant = token === undefined ? undefined : await this.tokens.verify(token);
    const address = agentAddress(agentUrl);
    if (address === undefined || grant?.tenant !== tenant || grant.path !== address.mainPath) return false;
    const { state } = await this.writer.load(tenant, address);
    const claim = state.situation === 'live' ? state.claim : undefined;
    return claim !== undefined && claim.epoch === grant.epoch && claim.state !== 'done';
  }
}

const agentAddress = (url: string): EntityAddress | undefined => {
  try {
    return parseEntityUrl(url);
  } catch {
    return undefined;
  }
};

const speaksFor = (principal: string, agentUrl: string): boolean => {
  const agent = parsePrincipal(principal);
  return agent?.kind === 'agent' && agentUrl === `/${agent.id}`;
};
