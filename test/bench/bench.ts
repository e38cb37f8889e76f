import type { Connection } from './client/connection.js';
import { ENTITY_GRANTS, ROOT_GRANTS, TYPE_GRANTS } from './askers.js';
import { get, post, put } from './client/json-request.js';
import type { Options } from './options.js';
import { LAG_PROBE } from './server-facts.js';

/** What every scenario works with. */
export class Bench {
  /** Part of every id, so that a server can be measured again and again. */
  readonly id = Date.now().toString(36);
  private readonly types = new Set<string>();
  private parent: Promise<string> | undefined;

  constructor(
    readonly options: Options,
    /** For preparations. */
    readonly control: Connection,
  ) {}

  /** @returns its path, `/type/id` */
  async entity(type: string, name: string, body: object = {}): Promise<string> {
    await this.entityType(type);
    const path = `/${type}/${this.id}-${name}`;
    const shared = this.options.granted ? { parent: await this.family(), grants: ENTITY_GRANTS } : {};
    await this.spawn(path, { ...shared, ...body });
    return path;
  }

  /** An entity below one whose grants reach its descendants. @returns its path */
  family(): Promise<string> {
    this.parent ??= (async () => {
      const type = 'bench_family';
      await this.entityType(type);
      const [root, parent] = [`/${type}/${this.id}-root`, `/${type}/${this.id}-parent`];
      await this.spawn(root, { grants: ROOT_GRANTS });
      await this.spawn(parent, { parent: root });
      return parent;
    })();
    return this.parent;
  }

  async entities(type: string, count: number): Promise<readonly string[]> {
    const paths: string[] = [];
    for (let n = 0; n < count; n += 1) paths.push(await this.entity(type, `${String(count)}-${String(n)}`));
    return paths;
  }

  async entityType(name: string): Promise<void> {
    if (this.types.has(name)) return;
    const body = { name, description: 'made by the benchmark', permission_grants: TYPE_GRANTS };
    await this.control.fetch(post('/v1/entity-types', body));
    this.types.add(name);
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

  private async spawn(path: string, body: object): Promise<void> {
    await this.control.fetch(put(`/v1/entities${path}`, body));
  }
}
