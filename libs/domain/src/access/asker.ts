import { isBypass, parsePrincipalUrl, type PrincipalKind } from '../identity/principal.js';

/** Who asks, as grants name him. */
export interface Asker {
  /** Canonical principal URL. */
  readonly url: string;
  readonly kind: PrincipalKind;
  /** One of the built-in principals that may do everything. */
  readonly bypass: boolean;
}

/** Undefined for what is no principal: that may do nothing. */
export const askerOf = (principalUrl: string): Asker | undefined => {
  const principal = parsePrincipalUrl(principalUrl);
  return principal && { url: principal.url, kind: principal.kind, bypass: isBypass(principal) };
};
