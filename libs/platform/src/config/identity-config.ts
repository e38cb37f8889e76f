export interface PublishedKeySource {
  readonly kind: 'jwks';
  readonly url: string;
  /** Milliseconds for which keys are used on while the issuer does not answer. */
  readonly staleMs: number;
}

/** How the signature of identity tokens is checked: with a secret that both sides hold, or with published keys. */
export type TokenKeys = { readonly kind: 'secret'; readonly secret: string } | PublishedKeySource;

/** Where a principal comes from when it is more than a name in a header. */
export interface TokenIdentity {
  readonly keys: TokenKeys;
  /** Header that holds the token, after an optional "Bearer ". Lower case. */
  readonly header: string;
  /** Claim that names the principal. */
  readonly claim: string;
  /** Set: the claim is the id of a principal of this kind. Unset: it is a whole key such as "user:alice". */
  readonly kind: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

export interface IdentityConfig {
  readonly tokens: TokenIdentity | undefined;
  /** A proxy in front proves who asks, and nobody gets past it. */
  readonly trustPrincipalHeader: boolean;
}
