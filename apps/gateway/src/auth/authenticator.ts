import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { ApiError, HEADERS } from '@app/contracts';
import { WriteTokens } from '@app/application';
import type { Principal } from '@app/domain/identity/principal.js';
import { Clock } from '@app/platform';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import { header } from '../http/request.js';
import { IdentityTokens } from './identity-tokens.js';
import { isWorkOf } from './is-work-of.js';
import { outsidePrincipal } from './outside-principal.js';

const DEVELOPER_KEY = 'system:dev-local';
const DEVELOPER_URL = '/principal/system%3Adev-local';

const KEPT_NAMES = 10_000;
const KEPT_NAME_CHARACTERS = 200;

const BEARER = /^Bearer +(\S+)$/i;

const refused = (why: string): ApiError => new ApiError('UNAUTHORIZED', why);

/**
 * Says who asks. Development believes the header; production believes a signed token, the token of a claim for the work
 * it was given for, or a proxy that is trusted. A malformed identity is refused in every mode, never taken for a stronger
 * one. `system:*` never comes from outside, but for the developer in development: clients repeat the creator of an entity
 * as their own identity.
 */
@Injectable()
export class Authenticator {
  private readonly development: boolean;
  private readonly believesHeader: boolean;
  private readonly tokens: IdentityTokens | undefined;
  /** Principals as headers name them, with their URLs: the same few ask again and again. */
  private readonly named = new LRUCache<string, string>({ max: KEPT_NAMES });

  constructor(
    @Inject(GATEWAY_SETTINGS) { mode, identity }: GatewaySettings,
    private readonly writeTokens: WriteTokens,
    clock: Clock,
  ) {
    this.development = mode === 'development';
    this.believesHeader = this.development || identity.trustPrincipalHeader;
    this.tokens = identity.tokens && new IdentityTokens(identity.tokens, clock);
  }

  /** The canonical URL of the principal, at once where that is possible. @throws ApiError without a valid one */
  authenticate(request: FastifyRequest): string | Promise<string> {
    const token = this.tokens && this.tokenIn(request, this.tokens);
    if (this.tokens === undefined || token === undefined) return this.byHeader(request);
    const known = this.tokens.remembered(token);
    return known ? this.proven(request, known.url, known) : this.byToken(request, token, this.tokens);
  }

  private tokenIn(request: FastifyRequest, { header: name }: IdentityTokens): string | undefined {
    const sent = header(request, name);
    if (sent === undefined) return undefined;
    const bearer = BEARER.exec(sent)?.[1];
    if (bearer !== undefined) return bearer;
    if (name === 'authorization') throw refused('the header authorization holds no bearer token');
    return sent;
  }

  private async byToken(request: FastifyRequest, token: string, tokens: IdentityTokens): Promise<string> {
    const principal = await tokens.principal(token);
    if (principal) return this.proven(request, principal.url, principal);
    const grant = await this.writeTokens.verify(token);
    if (grant?.holder !== undefined && isWorkOf(grant, request.method, request.raw.url ?? '/'))
      return this.proven(request, grant.holder);
    throw refused(`the token in the header ${tokens.header} proves no principal`);
  }

  /** Whoever also names himself must name himself. */
  private proven(request: FastifyRequest, url: string, principal?: Principal): string {
    if (principal && !this.mayComeFromOutside(principal)) throw refused('the token names an internal principal');
    const sent = header(request, HEADERS.principal);
    if (sent !== undefined && outsidePrincipal(sent)?.url !== url)
      throw refused(`the header ${HEADERS.principal} is not the principal of the token`);
    return url;
  }

  private byHeader(request: FastifyRequest): string {
    const sent = header(request, HEADERS.principal);
    if (!this.believesHeader) throw refused('the request proves no principal');
    if (sent === undefined) {
      if (this.development) return DEVELOPER_URL;
      throw refused(`the header ${HEADERS.principal} names no principal`);
    }
    const known = this.named.get(sent);
    if (known !== undefined) return known;
    const principal = outsidePrincipal(sent);
    if (principal === undefined || !this.mayComeFromOutside(principal))
      throw refused(`the header ${HEADERS.principal} is not a principal`);
    if (sent.length <= KEPT_NAME_CHARACTERS) this.named.set(sent, principal.url);
    return principal.url;
  }

  private mayComeFromOutside({ kind, key }: Principal): boolean {
    return kind !== 'system' || (this.development && key === DEVELOPER_KEY);
  }
}
