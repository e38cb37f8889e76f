import type { Connection } from './client/connection.js';
import { get, post, put } from './client/json-request.js';
import type { Options } from './options.js';
import { LAG_PROBE } from './server-facts.js';

const grantTo = (key: string, permission: string): object => ({
  subject_kind: 'principal',
  subject_value: `/principal/${encodeURIComponent(key)}`,
  permission,
});

/** What every scenario works with. */
export class Bench {
  /** Part of every id, so that a server can be measured again and again. */
  readonly id = Date.now().toString(36);
  private readonly types = new Set<string>();

  constructor(
    readonly options: Options,
    /** For preparations. */
    readonly control: Connection,
  ) {}

  /** @returns its path, `/type/id` */
  async entity(type: string, name: string, body: object = {}): Promise<string> {
    await this.entityType(type);
    const path = `/${type}/${this.id}-${name}`;
    await this.control.fetch(put(`/v1/entities${path}`, { ...body, ...this.grants() }));
    return path;
  }

  async entities(type: string, count: number): Promise<readonly string[]> {
    const paths: string[] = [];
    for (let n = 0; n < count; n += 1) paths.push(await this.entity(type, `${String(count)}-${String(n)}`));
    return paths;
  }

  async entityType(name: string): Promise<void> {
    if (this.types.has(name)) return;
    const { principal } = this.options;
    const spawning = principal === undefined ? [] : [grantTo(principal, 'spawn')];
    const body = { name, description: 'made by the benchmark', permission_grants: spawning };
    await this.control.fetch(post('/v1/entity-types', body));
    this.types.add(name);
  }

  /** For the principal that asks, among others. */
  private grants(): object {
    const { principal } = this.options;
    if (principal === undefined) return {};
    const others = ['user:one', 'user:two', 'agent:three'].map((other) => grantTo(other, 'read'));
    return { grants: [...others, grantTo(principal, 'read'), grantTo(principal, 'write')] };
  }

  /** @returns a write token */
  async claim(entity: string): Promise<string> {
    const claim = post(`/v1/entities${entity}/claim`, { runner: 'bench', leaseMs: 600_000 });
    const { body } = await this.control.fetch(claim);
    return (body as { readonly token: string }).token;
  }

  /** Milliseconds until the lists know everything that was acknowledged: this request waits for it. */
  async lagMs(): Promise<number> {
    const from = performance.now();
    await this.control.fetch(get(`/v1/entities?type=${LAG_PROBE}`));
    return performance.now() - from;
  }
}
