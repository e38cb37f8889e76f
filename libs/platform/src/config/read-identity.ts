import type { AppName, Config } from './config.js';
import type { IdentityConfig, TokenKeys } from './identity-config.js';
import { VARIABLES, type Variable } from './variables.js';

type Read = <T>(variable: Variable<T>) => T | undefined;
type Given = (name: string) => boolean;

const { jwtSecret, jwksUrl, jwksStaleMs, jwtHeader, jwtClaim, jwtKind, jwtIssuer, jwtAudience, trustPrincipalHeader } =
  VARIABLES;

const SERVES_HTTP: readonly AppName[] = ['standalone', 'gateway'];

/** Who may say who asks. */
export const readIdentity = (read: Read): IdentityConfig => {
  const keys = tokenKeys(read(jwtSecret), read(jwksUrl), read(jwksStaleMs) ?? Number(jwksStaleMs.default));
  const shape = {
    header: (read(jwtHeader) ?? jwtHeader.default).toLowerCase(),
    claim: read(jwtClaim) ?? jwtClaim.default,
    kind: read(jwtKind),
    issuer: read(jwtIssuer),
    audience: read(jwtAudience),
  };
  return {
    tokens: keys && { keys, ...shape },
    trustPrincipalHeader: read(trustPrincipalHeader) ?? false,
  };
};

const tokenKeys = (secret: string | undefined, url: string | undefined, staleMs: number): TokenKeys | undefined => {
  if (secret !== undefined) return { kind: 'secret', secret };
  return url === undefined ? undefined : { kind: 'jwks', url, staleMs };
};

/** What is wrong about the identity settings as a whole; `given` says whether a variable was set at all. */
export const identityProblems = (given: Given, { app, mode, identity }: Omit<Config, 'publicUrl'>): string[] => {
  const [secretGiven, urlGiven] = [given(jwtSecret.name), given(jwksUrl.name)];
  if (secretGiven && urlGiven)
    return [`${jwksUrl.name} and ${jwtSecret.name} exclude each other: tokens are signed with one of them`];
  if (mode !== 'production' || !SERVES_HTTP.includes(app) || identity.trustPrincipalHeader) return [];
  // One that is set but wrong is reported by itself.
  if (secretGiven || urlGiven) return [];
  return [
    `${jwtSecret.name} or ${jwksUrl.name} is required in production, or nobody could be let in ` +
      `(or ${trustPrincipalHeader.name}=true behind a proxy that authenticates)`,
  ];
};
