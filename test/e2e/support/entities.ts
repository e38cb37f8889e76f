import type { Answer, Call, Headered } from '../gateway/http.js';

/** What tests look at in an item of a stream. */
export interface Item {
  readonly type: string;
  readonly key: string;
  readonly value: ReturnType<typeof JSON.parse>;
  readonly headers: { readonly offset: string };
}

export interface Claim {
  readonly token: string;
  readonly claimEpoch: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };

const expected = (answer: Answer, what: string): Answer => {
  if (answer.status >= 300) throw new Error(`${what}: ${String(answer.status)} ${answer.text}`);
  return answer;
};

export const textEvent = (key: string): object => ({
  type: 'text',
  key,
  value: { status: 'streaming' },
  headers: { operation: 'insert' },
});

/** The requests of one run that starts and completes. */
export const runEvents = (key: string): readonly object[] => [
  { type: 'run', key, value: { status: 'started' }, headers: { operation: 'insert' } },
  { type: 'run', key, value: { status: 'completed', finish_reason: 'stop' }, headers: { operation: 'update' } },
];

/** The API as tests use it. Paths are `type/id`. Everything but `…Answer` fails on a refusal. */
export class Entities {
  constructor(readonly call: Call) {}

  async register(name: string): Promise<void> {
    expected(await this.call('POST', '/v1/entity-types', { name, description: 'for a test' }), `type ${name}`);
  }

  spawnAnswer(path: string, body: object = {}): Promise<Answer> {
    return this.call('PUT', `/v1/entities/${path}`, body);
  }

  async spawn(path: string, body: object = {}): Promise<void> {
    expected(await this.spawnAnswer(path, body), `spawn of ${path}`);
  }

  sendAnswer(path: string, payload: unknown): Promise<Answer> {
    return this.call('POST', `/v1/entities/${path}/send`, { payload });
  }

  async claim(path: string): Promise<Claim> {
    const asked = { runner: 'a-test', leaseMs: 600_000 };
    return expected(await this.call('POST', `/v1/entities/${path}/claim`, asked), `claim of ${path}`).json as Claim;
  }

  appendAnswer(path: string, { token }: Claim, events: readonly object[], headers: Headered = {}): Promise<Answer> {
    const own = { ...JSON_TYPE, authorization: `Bearer ${token}` };
    return this.call('POST', `/${path}/main`, events, { ...own, ...headers });
  }

  async append(path: string, claim: Claim, events: readonly object[]): Promise<void> {
    expected(await this.appendAnswer(path, claim, events), `append to ${path}`);
  }

  /** Everything on a stream, page by page. */
  async items(path: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (let offset = '-1'; ;) {
      const answer = expected(await this.call('GET', `/${path}/main?offset=${offset}`), `read of ${path}`);
      items.push(...(answer.json as readonly Item[]));
      if (answer.headers.has('stream-up-to-date')) return items;
      offset = answer.headers.get('stream-next-offset') ?? offset;
    }
  }

  async itemsOrNone(path: string): Promise<readonly Item[]> {
    const { status } = await this.call('GET', `/v1/entities/${path}`);
    return status === 404 ? [] : this.items(path);
  }

  listAnswer(type: string): Promise<Answer> {
    return this.call('GET', `/v1/entities?type=${type}`);
  }

  async list(type: string): Promise<readonly string[]> {
    return (await this.pages(`/v1/entities?type=${type}&limit=1000`)).flat().map(({ url }) => url.slice(1));
  }

  /** Every page of a list, as its headers lead to them. */
  async pages(path: string): Promise<readonly (readonly { readonly url: string }[])[]> {
    const pages: (readonly { readonly url: string }[])[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const answer: Answer = expected(await this.call('GET', next), next);
      pages.push(answer.json as readonly { readonly url: string }[]);
      const query: string | undefined = /^<(\?[^>]*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      next = query && path.replace(/\?[^]*|$/, query);
    }
    return pages;
  }

  /** Runs that woke the entity, in the order of its stream. */
  async wakes(path: string): Promise<readonly string[]> {
    const items = await this.items(path);
    return items
      .filter(({ type }) => type === 'wake')
      .flatMap(({ value }) => (value.changes as readonly { readonly key: string }[]).map(({ key }) => key));
  }
}
