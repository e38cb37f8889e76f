import { Logger } from '@nestjs/common';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import type { Clock, PublishedKeySource } from '@app/platform';

const TIMEOUT_MS = 2_000;
/** How long nobody asks whether the keys are still the same. */
const FRESH_MS = 60_000;
/** Between two questions while there are keys to use, however many tokens name keys that nobody knows. */
const PAUSE_MS = 10_000;

/** Whether a token is good cannot be said. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/**
 * The keys that an issuer publishes. Asked again every minute, and for a key that is new; while it does not answer, the
 * keys it gave last are used for `staleMs` more. Whatever it answers replaces them all.
 */
export class PublishedKeys {
  private readonly logger = new Logger('IdentityTokens');
  private readonly staleMs: number;
  /** Fetches and holds them; when it does so is decided here. */
  private readonly keys: RemoteJWKSet;
  private fetchedAt = -Infinity;
  private askedAt = -Infinity;
  private asking: Promise<void> | undefined;
  private answers = true;

  constructor(
    { url, staleMs }: PublishedKeySource,
    private readonly clock: Clock,
  ) {
    this.staleMs = staleMs;
    const never = { cacheMaxAge: Infinity, cooldownDuration: Infinity };
    this.keys = createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS, ...never });
  }

  /** @throws KeysUnavailable @throws errors.JOSEError when none of the keys is the one that signed */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.age() >= FRESH_MS) await this.ask();
    if (!this.usable()) throw new KeysUnavailable('there are no keys');
    try {
      return await this.keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.ask();
      // It may be a new one.
      if (!this.answers) throw new KeysUnavailable('there may be a new key', { cause: error });
      return this.keys(header, token);
    }
  };

  private age(): number {
    return this.clock.now() - this.fetchedAt;
  }

  private usable(): boolean {
    return this.age() < FRESH_MS + this.staleMs;
  }

  /** Comes back when the issuer has answered or not; at once when it was asked just now, or is known to be away. */
  private async ask(): Promise<void> {
    const now = this.clock.now();
    const usable = this.usable();
    const waits = this.answers || !usable || now >= this.askedAt + FRESH_MS;
    if (!this.asking && (!usable || now >= this.askedAt + PAUSE_MS)) {
      this.askedAt = now;
      this.asking = this.fetch(now);
    }
    if (waits) await this.asking;
  }

  private async fetch(now: number): Promise<void> {
    try {
      await this.keys.reload();
      this.fetchedAt = now;
      this.heard(true, '');
    } catch (error) {
      this.heard(false, error instanceof Error ? error.message : String(error));
    } finally {
      this.asking = undefined;
    }
  }

  private heard(answers: boolean, why: string): void {
    if (this.answers === answers) return;
    this.answers = answers;
    if (answers) this.logger.log('the keys of identity tokens can be fetched again');
    else this.logger.warn(`the keys of identity tokens cannot be fetched, those at hand are used for now: ${why}`);
  }
}
