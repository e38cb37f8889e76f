import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { get, post } from '../client/json-request.js';
import { anyOf } from './any-of.js';
import type { RequestScenario } from './request-scenario.js';

// How many entities there are to be paged through; BENCH_PAGED=100000 for the size the targets speak of.
const PAGED = Number(process.env['BENCH_PAGED'] ?? 10_000);
const AT_ONCE = 10_000;
const TAGS = 10;

interface Operation {
  readonly id: string;
  readonly status: string;
}

/** Spawned by operations; of a type of their own, every tenth with the same tag. */
const populate = async (bench: Bench): Promise<string> => {
  const type = `bench_page_${bench.id}`;
  await bench.entityType(type);
  for (let from = 0; from < PAGED; from += AT_ONCE) {
    const entities = Array.from({ length: Math.min(AT_ONCE, PAGED - from) }, (_, n) => ({
      url: `/${type}/${String(from + n)}`,
      tags: { shard: String(n % TAGS), batch: bench.id },
    }));
    const { body } = await bench.control.fetch(post('/v1/operations', { kind: 'spawn', entities }));
    const { id } = body as Operation;
    while (((await bench.control.fetch(get(`/v1/operations/${id}`))).body as Operation).status !== 'completed')
      await sleep(100);
  }
  return type;
};

let populated: Promise<string> | undefined;

/** Any page of a list of entities: the cursors of all pages are collected first. */
const pages = (name: string, query: string): RequestScenario => ({
  name,
  async prepare(bench) {
    const type = await (populated ??= populate(bench));
    const list = '/v1/entities';
    const requests = [];
    let found = 0;
    for (let next: string | undefined = `?type=${type}&limit=100${query}`; next !== undefined;) {
      const request = get(list + next);
      const { body, headers } = await bench.control.fetch(request);
      requests.push(request);
      found += (body as readonly unknown[]).length;
      next = /<([^>]*)>/.exec(String(headers['link'] ?? ''))?.[1];
    }
    const expected = query === '' ? PAGED : PAGED / TAGS;
    if (found !== expected) throw new Error(`spawned ${String(expected)} entities, paged ${String(found)}`);
    return anyOf(requests);
  },
});

export const pageOfType = pages('page', '');

export const pageByTag = pages('page by tag', '&tag[shard]=3');
