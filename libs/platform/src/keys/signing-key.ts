import { createHash, randomBytes } from 'node:crypto';

export interface SigningKey {
  /** Names the key in tokens and logs without telling it: 12 characters. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** New signatures come from `current`; both are accepted, so a change of keys invalidates nothing. */
export interface SigningKeys {
  readonly current: SigningKey;
  readonly previous: SigningKey | undefined;
}

const KEY_BYTES = 32;

const keyOf = (secret: Uint8Array): SigningKey => ({
  id: createHash('sha256').update(secret).digest('base64url').slice(0, 12),
  secret,
});

/**
 * One or two keys of 32 bytes as base64url, base64 or hex, separated by a comma or a line break; the first is current.
 * @throws Error that does not repeat the text.
 */
export const parseSigningKeys = (text: string): SigningKeys => {
  const [current, previous, ...more] = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(decode);
  if (!current || more.length > 0) throw new Error('must be one key or two');
  return { current, previous };
};

const decode = (text: string): SigningKey => {
  const secret = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64url');
  if (secret.length !== KEY_BYTES) throw new Error(`must be a key of ${KEY_BYTES} bytes as base64url or hex`);
  return keyOf(secret);
};

export const newSigningKey = (): SigningKey => keyOf(randomBytes(KEY_BYTES));

/** The text `parseSigningKeys` reads, one key per line. */
export const formatSigningKeys = ({ current, previous }: SigningKeys): string =>
  [current, previous]
    .filter((key) => key !== undefined)
    .map(({ secret }) => `${Buffer.from(secret).toString('base64url')}\n`)
    .join('');
