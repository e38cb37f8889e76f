import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import { ApiError } from '@app/contracts';
import type { Principal } from '@app/domain/identity/principal.js';
import type { Clock, TokenIdentity } from '@app/platform';
import { outsidePrincipalKey } from './outside-principal.js';
import { PublishedKeys } from './published-keys.js';

const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const PUBLIC_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

// Checking a signature costs more than the rest of most requests; what was checked is not asked about for a minute.
const KEPT = 20_000;
const KEPT_MS = 60_000;
// Whoever asks decides how long his token is.
const KEPT_BYTES = 16 * 1024 * 1024;
const OVERHEAD_BYTES = 512;

const CLOCK_TOLERANCE_S = 5;

// The id of a principal is in its key and its URL, too, encoded there.
const bytesOf = ({ id, key, url }: Principal, token: string): number =>
  token.length + 2 * (id.length + key.length) + url.length + OVERHEAD_BYTES;

type Verify = (token: string) => Promise<JWTPayload>;

/** What is wrong with the token itself; anything else means that the keys could not be had. */
const isRefusal = (error: unknown): boolean =>
  error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid);

/** Principals from signed tokens (JWT). They need an expiry; algorithms are those of the kind of key, never `none`. */
export class IdentityTokens {
  private readonly known: LRUCache<string, Principal>;
  private readonly verify: Verify;

  constructor(
    private readonly identity: TokenIdentity,
    private readonly clock: Clock,
  ) {
    this.known = new LRUCache({ max: KEPT, maxSize: KEPT_BYTES, sizeCalculation: bytesOf });
    this.verify = verifier(identity, clock);
  }

  get header(): string {
    return this.identity.header;
  }

  /** Without waiting, when the token was checked lately. */
  remembered(token: string): Principal | undefined {
    return this.known.get(token);
  }

  /**
   * Undefined for a token that proves nothing.
   * @throws ApiError UNAVAILABLE when the public keys cannot be fetched: that says nothing about the token.
   */
  async principal(token: string): Promise<Principal | undefined> {
    let payload: JWTPayload;
    try {
      payload = await this.verify(token);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw new ApiError('UNAVAILABLE', 'the keys of identity tokens cannot be fetched');
    }
    const principal = this.named(payload[this.identity.claim]);
    const left = (payload.exp ?? 0) * 1_000 - this.clock.now();
    if (principal && left > 0) this.known.set(token, principal, { ttl: Math.min(left, KEPT_MS) });
    return principal;
  }

  private named(claim: unknown): Principal | undefined {
    if (typeof claim !== 'string') return undefined;
    const { kind } = this.identity;
    return outsidePrincipalKey(kind === undefined ? claim : `${kind}:${claim}`);
  }
}

const verifier = ({ keys, issuer, audience }: TokenIdentity, clock: Clock): Verify => {
  const options = (): JWTVerifyOptions => ({
    algorithms: keys.kind === 'secret' ? SECRET_ALGORITHMS : PUBLIC_ALGORITHMS,
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_TOLERANCE_S,
    currentDate: new Date(clock.now()),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  });
  if (keys.kind === 'secret') {
    const secret = Buffer.from(keys.secret);
    return async (token) => (await jwtVerify(token, secret, options())).payload;
  }
  const published = new PublishedKeys(keys, clock);
  return async (token) => (await jwtVerify(token, published.find, options())).payload;
};
