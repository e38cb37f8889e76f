/** Which streams can be waited for, and how their URLs and paths relate. */
export type WakeSource =
  { readonly kind: 'entity'; readonly type: string; readonly url: string } | { readonly kind: 'shared-state' };

const SHARED_STATE = /^_electric\/shared-state\/[^/]+$/;
const MAIN = /^([^/_.][^/]*)\/([^/]+)\/main$/;

/** Canonical path of the stream behind a source or subscriber URL: an entity's main stream, otherwise the URL itself. */
export const streamPathOf = (url: string): string => {
  const path = url.replace(/^\/+/, '');
  return /^[^/_.][^/]*\/[^/]+$/.test(path) ? `${path}/main` : path;
};

/** Undefined for streams whose appends wake nobody. */
export const sourceAt = (path: string): WakeSource | undefined => {
  const main = MAIN.exec(path);
  if (main) return { kind: 'entity', type: main[1] ?? '', url: `/${main[1]}/${main[2]}` };
  return SHARED_STATE.test(path) ? { kind: 'shared-state' } : undefined;
};
