import { FEW, type Asker } from '../askers.js';
import { get } from '../client/json-request.js';
import { anyOf } from './any-of.js';
import { FEW_OF, PAGED, pagedType, TAGS } from './population.js';
import type { RequestScenario } from './request-scenario.js';

interface Listing {
  readonly name: string;
  readonly query: string;
  /** Share of the entities that are listed: one of so many. */
  readonly of: number;
  /** Whose pages they are; absent: everybody's. */
  readonly reader?: Asker;
}

/** Any page of a list of entities: the cursors of all pages are collected first. */
const pages = ({ name, query, of, reader }: Listing): RequestScenario => ({
  name,
  ...(reader && { only: reader }),
  async prepare(bench) {
    const type = await pagedType(bench);
    const headers = reader?.principal === undefined ? {} : { headers: { 'electric-principal': reader.principal } };
    const requests = [];
    let found = 0;
    for (let next: string | undefined = `?type=${type}&limit=100${query}`; next !== undefined;) {
      const request = get(`/v1/entities${next}`);
      const answer = await bench.control.fetch({ ...request, ...headers });
      requests.push(request);
      found += (answer.body as readonly unknown[]).length;
      next = /<([^>]*)>/.exec(String(answer.headers['link'] ?? ''))?.[1];
    }
    const expected = PAGED / of;
    if (found !== expected) throw new Error(`spawned ${String(expected)} entities, paged ${String(found)}`);
    return anyOf(requests);
  },
});

export const PAGES: readonly RequestScenario[] = [
  pages({ name: 'page', query: '', of: 1 }),
  pages({ name: 'page by tag', query: '&tag[shard]=3', of: TAGS }),
  // Somebody who may read few of them, each of which has one and the same tag.
  pages({ name: 'page of few', query: '', of: FEW_OF, reader: FEW }),
  pages({ name: 'page of few by tag', query: '&tag[shard]=0', of: FEW_OF, reader: FEW }),
];
