import type { Operation } from './document.js';

export type Pairs = readonly (readonly [string, string])[];

/** A request before it is put on the wire. */
export interface Draft {
  readonly operation: Operation;
  /** How it was made: what it is called in a report. */
  readonly flavour: string;
  readonly method: string;
  /** Raw, as they stand in the URL. */
  readonly params: Readonly<Record<string, string>>;
  /** Raw, in this order; names may come twice. */
  readonly query: Pairs;
  readonly headers: Pairs;
  /** To be sent as JSON text. */
  readonly json?: unknown;
  /** Sent as it is, before `json`. */
  readonly bytes?: Uint8Array;
  /** Instead of the path of the operation. */
  readonly rawPath?: string;
  /** It may have left the operation for another route, or for none. */
  readonly elsewhere?: boolean;
  /** It is no HTTP that a route ever sees: refused by what comes before. */
  readonly unreadable?: boolean;
  /** Instead of a body only its length is sent, on several connections at once. */
  readonly declared?: { readonly bytes: number; readonly times: number };
}

export const pathOf = ({ operation, params, query, rawPath }: Draft): string => {
  const path = rawPath ?? operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => params[name] ?? 'none');
  return query.length === 0 ? path : `${path}?${query.map(([name, value]) => `${name}=${value}`).join('&')}`;
};

export const bodyOf = ({ bytes, json }: Draft): Uint8Array | undefined =>
  bytes ?? (json === undefined ? undefined : Buffer.from(JSON.stringify(json)));

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** With the header once, whatever was there. */
export const withHeader = (draft: Draft, name: string, value: string): Draft => ({
  ...draft,
  headers: [...draft.headers.filter(([each]) => !same(each, name)), [name, value]],
});

export const headerOf = ({ headers }: Draft, name: string): string | undefined =>
  headers.find(([each]) => same(each, name))?.[1];

export const withFields = (draft: Draft, fields: object): Draft => ({
  ...draft,
  json: { ...(draft.json as object), ...fields },
});

export const withParams = (draft: Draft, params: Readonly<Record<string, string>>): Draft => ({
  ...draft,
  params: { ...draft.params, ...params },
});
