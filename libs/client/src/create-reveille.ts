import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { patientFetch, type FetchRequest } from './patient-fetch.js';
import type { paths } from './schema.js';

export interface ReveilleOptions {
  /** Base URL of a gateway, without `/v1`. */
  readonly url: string;
  /** The signed token that proves the principal; asked for every request, so it may be renewed. */
  readonly token?: () => string | Promise<string>;
  /** Key of the principal, `user:alice`: believed in development and behind a trusted proxy only. */
  readonly principal?: string;
  /** Ends all that is under way. */
  readonly signal?: AbortSignal;
  /** Milliseconds during which a request is sent again while the server is away or overloaded; default 60,000. */
  readonly patienceMs?: number;
  /** Milliseconds until an answer begins, at each attempt; default 45,000, more than a long-poll waits. */
  readonly answerMs?: number;
  readonly fetch?: FetchRequest;
}

/** The API by its paths: `reveille.GET('/v1/entities/{type}/{id}', { params: { path: { type, id } } })`. */
export type Reveille = Client<paths>;

const PATIENCE_MS = 60_000;
const ANSWER_MS = 45_000;
const READS: readonly string[] = ['GET', 'HEAD'];

// A token of the caller's own, of a claim say, is not replaced.
const identity = ({ token, principal }: ReveilleOptions): Middleware => ({
  async onRequest({ request: { headers } }) {
    if (token !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${await token()}`);
    if (principal !== undefined) headers.set('electric-principal', principal);
  },
});

/** Whatever is sent again has one effect: the server knows the key. */
const idempotent: Middleware = {
  onRequest({ request: { method, headers } }) {
    if (!READS.includes(method) && !headers.has('idempotency-key')) headers.set('idempotency-key', crypto.randomUUID());
  },
};

/**
 * A client of the HTTP API, typed by its OpenAPI document. It waits for a server that is away, and a command that is sent again
 * has one effect. With `answerOf` a refusal is thrown.
 */
export const createReveille = (options: ReveilleOptions): Reveille => {
  const { url, signal, patienceMs = PATIENCE_MS, answerMs = ANSWER_MS, fetch: send = fetch } = options;
  const patience = { patienceMs, answerMs, fetch: send, ...(signal && { signal }) };
  const client = createClient<paths>({ baseUrl: url, fetch: patientFetch(patience) });
  client.use(identity(options), idempotent);
  return client;
};
