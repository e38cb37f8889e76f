import { parsePrincipal, parsePrincipalKey, type Principal } from '@app/domain/identity/principal.js';

const CONTROL_CHARACTER = /\p{Cc}/u;

const clean = (principal: Principal | undefined): Principal | undefined =>
  principal === undefined || CONTROL_CHARACTER.test(principal.key) ? undefined : principal;

/** A key or a URL, as sent from outside; undefined when it is neither. */
export const outsidePrincipal = (text: string): Principal | undefined => clean(parsePrincipal(text));

/** A key only. */
export const outsidePrincipalKey = (text: string): Principal | undefined => clean(parsePrincipalKey(text));
