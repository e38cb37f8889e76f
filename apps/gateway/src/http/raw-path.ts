/**
 * The path of a request exactly as it was sent. Routers decode; identity does not: `/chat/a%41` and `/chat/aA` are two
 * addresses, and guards keyed by a decoded form could be passed with the other one.
 */
export const rawPath = (url: string): string => {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  // Absolute form, as sent to proxies; the router strips the origin too.
  return path.startsWith('/') ? path : path.replace(/^[a-z]+:\/\/[^/]*/i, '');
};

/** Segments after the leading slash; one trailing slash is tolerated on control routes. */
export const rawSegments = (url: string): readonly string[] => rawPath(url).replace(/\/$/, '').slice(1).split('/');
