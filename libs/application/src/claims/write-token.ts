import { errors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { SigningKeys } from '@app/platform';

/** What a write token says: its holder may append to this stream while no later claim fences the epoch. */
export interface WriteGrant {
  readonly tenant: string;
  /** Canonical path of the stream, such as `chat/42/main`. */
  readonly path: string;
  readonly epoch: number;
  /** URL of the principal that claimed. */
  readonly holder?: string;
}

const ALGORITHM = 'HS256';
const PURPOSE = 'reveille:write';

// Verifying costs a hash and several microtasks; an agent appends thousands of times with one token.
const KEPT_GRANTS = 20_000;
// Paths and the names of principals are as long as clients make them.
const KEPT_BYTES = 16 * 1024 * 1024;
const OVERHEAD_BYTES = 512;

const bytesOf = ({ tenant, path, holder = '' }: WriteGrant, token: string): number =>
  token.length + 2 * (tenant.length + path.length + holder.length) + OVERHEAD_BYTES;

/**
 * Write tokens: signed, valid across restarts and on every gateway, checked without asking anybody. They never expire by
 * themselves: a later claim, the release and the end of the entity make them worthless.
 */
export class WriteTokens {
  private readonly verified = new LRUCache<string, WriteGrant>({
    max: KEPT_GRANTS,
    maxSize: KEPT_BYTES,
    sizeCalculation: bytesOf,
  });

  constructor(private readonly keys: SigningKeys) {}

  /** What is remembered now takes so much. */
  get heldBytes(): number {
    return this.verified.calculatedSize;
  }

  async sign({ tenant, path, epoch, holder }: WriteGrant): Promise<string> {
    return new SignJWT({ path, epoch, ...(holder !== undefined && { sub: holder }) })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.keys.current.id })
      .setAudience(PURPOSE)
      .setIssuer(tenant)
      .sign(this.keys.current.secret);
  }

  /** Undefined for anything that is not a write token of ours. */
  async verify(token: string): Promise<WriteGrant | undefined> {
    const known = this.verified.get(token);
    if (known) return known;
    const grant = await this.check(token);
    if (grant) this.verified.set(token, grant);
    return grant;
  }

  private async check(token: string): Promise<WriteGrant | undefined> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.secret(kid), {
        algorithms: [ALGORITHM],
        audience: PURPOSE,
      });
      const { iss: tenant, path, epoch, sub: holder } = payload;
      if (tenant === undefined || typeof path !== 'string' || typeof epoch !== 'number') return undefined;
      return { tenant, path, epoch, ...(holder !== undefined && { holder }) };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  private secret(kid: string | undefined): Uint8Array {
    const { current, previous } = this.keys;
    const key = [current, previous].find((candidate) => candidate?.id === kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key.secret;
  }
}
