import type { Answer, Call, Headered } from '../gateway/http.js';
import { refused } from '../support/refused.js';

export const [OWNER, BOB] = ['user:owner', 'user:bob'];

export const unauthorized = refused(401, 'UNAUTHORIZED');

export const urlOf = (key: string): string => `/principal/${encodeURIComponent(key)}`;

/** Calls as somebody; without a key as the developer, who passes every check. */
export type As = (key?: string) => Call;

export const asOf =
  (call: Call): As =>
  (key) =>
  (method, path, body, headers = {}) =>
    call(method, path, body, key === undefined ? headers : { ...headers, 'electric-principal': key });

export interface Grant {
  readonly permission: string;
  readonly subject_kind?: string;
  readonly subject_value: string;
  readonly propagation?: string;
  readonly copy_to_children?: boolean;
  readonly expires_at?: string;
}

export const toPrincipal = (key: string, permission: string, more: Partial<Grant> = {}): Grant => ({
  subject_kind: 'principal',
  subject_value: urlOf(key),
  permission,
  ...more,
});

export const toKind = (kind: string, permission: string, more: Partial<Grant> = {}): Grant => ({
  subject_kind: 'principal_kind',
  subject_value: kind,
  permission,
  ...more,
});

export const must = (answer: Answer, status: number): Answer => {
  if (answer.status !== status)
    throw new Error(`${String(answer.status)} instead of ${String(status)}: ${answer.text}`);
  return answer;
};

export const TYPE = {
  name: 'chat',
  description: 'for a test',
  state_schemas: { 'state:notes': {} },
  externally_writable_collections: {
    notes: { type: 'state:notes', operations: ['insert', 'update', 'delete'] },
  },
  permission_grants: [toKind('user', 'spawn')],
};

/** What the tests do to make a world; everything here must succeed. */
export class Makes {
  private made = 0;

  constructor(private readonly as: As) {}

  async type(): Promise<void> {
    must(await this.as()('POST', '/v1/entity-types', TYPE), 201);
  }

  /** @returns `chat/{id}` */
  async entity(owner: string, body: object = {}): Promise<string> {
    this.made += 1;
    const path = `chat/e${String(this.made)}`;
    must(await this.as(owner)('PUT', `/v1/entities/${path}`, body), 201);
    return path;
  }

  /** Below another one, by somebody who passes every check: to own what is above must not matter. */
  async child(parent: string, owner: string): Promise<string> {
    must(await this.as()('POST', `/v1/entities/${parent}/grants`, toPrincipal(owner, 'spawn')), 201);
    return this.entity(owner, { parent: `/${parent}` });
  }

  async grant(path: string, grant: Grant): Promise<number> {
    const { json } = must(await this.as()('POST', `/v1/entities/${path}/grants`, grant), 201);
    return (json as { id: number }).id;
  }

  async revoke(path: string, id: number): Promise<void> {
    must(await this.as()('DELETE', `/v1/entities/${path}/grants/${String(id)}`), 204);
  }
}

/** What the tests of one gateway are given. */
export interface World {
  readonly as: As;
  readonly makes: Makes;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Headered;
}

export const send = (call: Call, { method, path, body, headers }: Request): Promise<Answer> =>
  call(method, path, body, headers);
