/** Who acts. Key: `{kind}:{id}`; URL: `/principal/` + the percent-encoded key. */
export const PRINCIPAL_KINDS = ['user', 'agent', 'service', 'system'] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

export interface Principal {
  readonly kind: PrincipalKind;
  readonly id: string;
  readonly key: string;
  /** Canonical. */
  readonly url: string;
}

const PREFIX = '/principal/';

const isKind = (text: string): text is PrincipalKind => (PRINCIPAL_KINDS as readonly string[]).includes(text);

/** Undefined for what cannot be encoded or decoded: a lone surrogate, a broken `%` sequence, invalid UTF-8. */
const attempt = (convert: (text: string) => string, text: string): string | undefined => {
  try {
    return convert(text);
  } catch {
    return undefined;
  }
};

/** `user:alice` or, split at the first colon only, `agent:a:b`. The id is not empty and has no slash. */
export const parsePrincipalKey = (key: string): Principal | undefined => {
  const colon = key.indexOf(':');
  const kind = key.slice(0, Math.max(colon, 0));
  const id = key.slice(colon + 1);
  const encoded = attempt(encodeURIComponent, key);
  if (!isKind(kind) || id === '' || id.includes('/') || encoded === undefined) return undefined;
  return { kind, id, key, url: `${PREFIX}${encoded}` };
};

/** `/principal/user%3Aalice`, or with the key not encoded. */
export const parsePrincipalUrl = (url: string): Principal | undefined => {
  const segment = url.startsWith(PREFIX) ? url.slice(PREFIX.length) : '';
  if (segment === '' || segment.includes('/')) return undefined;
  const key = attempt(decodeURIComponent, segment);
  return key === undefined ? undefined : parsePrincipalKey(key);
};

/** A key or a URL, as the identity header may hold either; undefined when it is neither. */
export const parsePrincipal = (text: string): Principal | undefined =>
  text.startsWith('/') ? parsePrincipalUrl(text) : parsePrincipalKey(text);

const BYPASS = new Set(['system:framework', 'system:auth-sync', 'system:dev-local']);

/** The built-in principals that pass every permission check; no other `system` principal does. */
export const isBypass = ({ key }: Principal): boolean => BYPASS.has(key);
