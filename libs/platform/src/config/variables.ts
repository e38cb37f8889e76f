import { DURABILITY_CLASSES } from '../durability/durability-class.js';
import { parseSigningKeys } from '../keys/signing-key.js';
import { LOG_LEVELS, ROUTING_MODES, type Mode } from './config.js';
import { address, flag, integer, matching, oneOf, text, type Parser } from './parsers.js';

export interface Variable<T> {
  readonly name: string;
  /** As shown in the reference: a value, or in words what it depends on. */
  readonly default: string;
  readonly meaning: string;
  readonly parse: Parser<T>;
}

const variable = <T>(name: string, byDefault: string, meaning: string, parse: Parser<T>): Variable<T> => ({
  name,
  default: byDefault,
  meaning,
  parse,
});

const MODES: readonly Mode[] = ['development', 'production'];

const signingKeys: Parser<string> = (given) => {
  parseSigningKeys(given);
  return given;
};

/** The table of all variables: what is parsed and what the reference page shows. */
export const VARIABLES = {
  host: variable('HOST', '127.0.0.1', 'Address to listen on. Development mode accepts only loopback.', text),
  port: variable('PORT', '4437', 'Port to listen on; 0 takes a free one.', integer(0, 65_535)),
  publicUrl: variable(
    'PUBLIC_URL',
    'http://HOST:PORT',
    'Address under which clients reach this server; used in links.',
    address('http', 'https'),
  ),
  dataDir: variable('REVEILLE_DATA_DIR', '.reveille', 'Folder of the embedded servers and of generated keys.', text),
  natsUrl: variable(
    'NATS_URL',
    'embedded in standalone, else required',
    'Broker with JetStream; several addresses are separated by commas.',
    address('nats', 'tls', 'ws', 'wss'),
  ),
  databaseUrl: variable(
    'DATABASE_URL',
    'embedded in standalone, else required',
    'PostgreSQL of the read models.',
    address('postgres', 'postgresql'),
  ),
  natsMonitorUrl: variable(
    'NATS_MONITOR_URL',
    'none',
    'Monitoring address of an external broker; without it its sync setting is unknown and counts as none.',
    address('http', 'https'),
  ),
  longPollTimeoutMs: variable(
    'LONG_POLL_TIMEOUT_MS',
    '20000',
    'Milliseconds a long poll waits before it answers "nothing new".',
    integer(1, 300_000),
  ),
  requestTimeoutMs: variable(
    'REVEILLE_REQUEST_TIMEOUT_MS',
    '30000',
    'Milliseconds in which a whole request must have arrived, however slowly it is sent; then the answer is 408.',
    integer(100, 600_000),
  ),
  readBytes: variable(
    'REVEILLE_READ_BYTES',
    String(1024 * 1024),
    'Bytes of content after which one answer to a read ends; the reader comes back for the rest.',
    integer(1, 64 * 1024 * 1024),
  ),
  largeBodies: variable(
    'REVEILLE_LARGE_BODIES',
    '4',
    'Bodies over 8 MiB, of up to 64 MiB, that a process takes at once; more are turned away with 429. Each takes up to three times its size.',
    integer(1, 1_000),
  ),
  attachmentBytes: variable(
    'REVEILLE_MAX_ATTACHMENT_BYTES',
    String(25 * 1024 * 1024),
    'Bytes that the file of an attachment may have; a larger one is refused with 413.',
    integer(1, 60 * 1024 * 1024),
  ),
  recentMessages: variable(
    'REVEILLE_RECENT_MESSAGES',
    '10000',
    'Newest messages of the log that a process keeps in memory; readers that are further behind read from the database or the broker.',
    integer(1, 1_000_000),
  ),
  recentBytes: variable(
    'REVEILLE_RECENT_BYTES',
    String(32 * 1024 * 1024),
    'Bytes that these messages may take together.',
    integer(1, 4 * 1024 * 1024 * 1024),
  ),
  tailBytes: variable(
    'REVEILLE_TAIL_BYTES',
    String(16 * 1024 * 1024),
    'Bytes that a process keeps of the states of streams used lately, about 20000 of them; any other stream costs one question to the broker.',
    integer(1, 4 * 1024 * 1024 * 1024),
  ),
  heapGrowth: variable(
    'REVEILLE_HEAP_GROWTH',
    '100',
    'Percent by which the heap of a process may grow over what is alive before garbage is collected. More spares CPU and takes memory; 0 leaves it to V8.',
    integer(0, 1_000),
  ),
  mode: variable(
    'REVEILLE_MODE',
    'development in standalone, else production',
    'development believes the header electric-principal, and takes a request without it as the development principal; production wants a signed token, or a trusted proxy.',
    oneOf(MODES),
  ),
  forceInsecureDev: variable(
    'REVEILLE_FORCE_INSECURE_DEV',
    'false',
    'true lets development mode listen on an address that is not loopback.',
    flag,
  ),
  minDurability: variable(
    'REVEILLE_MIN_DURABILITY',
    'production: fsync on one replica, quorum on three; development: memory',
    `A weaker broker is a refused start: ${DURABILITY_CLASSES.join(', ')}.`,
    oneOf(DURABILITY_CLASSES),
  ),
  replicas: variable(
    'REVEILLE_REPLICAS',
    '1',
    'Copies of the log on a cluster of brokers, 1, 3 or 5; used when its streams are created, never to change them.',
    oneOf(['1', '3', '5']),
  ),
  routing: variable(
    'REVEILLE_ROUTING',
    'contested',
    'Whose commands go to the one gateway that owns the stream: contested ones, on which gateways keep losing against each other; always all; off: none. Each is correct.',
    oneOf(ROUTING_MODES),
  ),
  logLevel: variable(
    'LOG_LEVEL',
    'info',
    `Least important lines that are written: ${LOG_LEVELS.join(', ')}.`,
    oneOf(LOG_LEVELS),
  ),
  tenant: variable(
    'REVEILLE_TENANT',
    'default',
    'Tenant of requests that name none.',
    matching(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, - or _'),
  ),
  tokenKey: variable(
    'REVEILLE_TOKEN_KEY',
    'generated into a 0600 file in the data directory',
    'Signing key of 32 bytes (base64url or hex); a second one after a comma is still accepted.',
    signingKeys,
  ),
  jwtSecret: variable(
    'REVEILLE_JWT_SECRET',
    'none',
    'Secret of at least 32 characters that identity tokens are signed with (HS256, HS384, HS512).',
    matching(/^.{32,}$/, 'at least 32 characters'),
  ),
  jwksUrl: variable(
    'REVEILLE_JWKS_URL',
    'none',
    'Address of the public keys that identity tokens are signed with (RS, PS, ES, EdDSA); instead of a secret.',
    address('https', 'http'),
  ),
  jwksStaleMs: variable(
    'REVEILLE_JWKS_STALE_MS',
    '86400000',
    'Milliseconds for which the public keys fetched last are used on while their address does not answer.',
    integer(0, 30 * 86_400_000),
  ),
  jwtHeader: variable(
    'REVEILLE_JWT_HEADER',
    'authorization',
    'Header of the identity token. In authorization it follows "Bearer "; a write token then goes into electric-claim-token.',
    matching(/^[A-Za-z0-9-]{1,64}$/, 'the name of a header'),
  ),
  jwtClaim: variable(
    'REVEILLE_JWT_CLAIM',
    'sub',
    'Claim that names the principal, as a key such as user:alice.',
    matching(/^[^\s]{1,128}$/, 'the name of a claim'),
  ),
  jwtKind: variable(
    'REVEILLE_JWT_KIND',
    'none',
    'Set, the claim is the id of a principal of this kind: user, agent or service.',
    oneOf(['user', 'agent', 'service']),
  ),
  jwtIssuer: variable('REVEILLE_JWT_ISSUER', 'none', 'Set, tokens of another issuer (iss) are refused.', text),
  jwtAudience: variable('REVEILLE_JWT_AUDIENCE', 'none', 'Set, tokens for another audience (aud) are refused.', text),
  trustPrincipalHeader: variable(
    'REVEILLE_TRUST_PRINCIPAL_HEADER',
    'false',
    'true: in production a proxy in front authenticates and sets electric-principal; nobody may get past that proxy.',
    flag,
  ),
} as const;
