import { setTimeout as sleep } from 'node:timers/promises';
import { ENTITY_GRANTS, READ_BY_FEW } from '../askers.js';
import type { Bench } from '../bench.js';
import { get, post } from '../client/json-request.js';

/** How many entities there are to be paged through; BENCH_PAGED=100000 for the size the targets speak of. */
export const PAGED = Number(process.env['BENCH_PAGED'] ?? 10_000);

export const TAGS = 10;

/** One of so many is for those who may read few. */
export const FEW_OF = 1_000;

const AT_ONCE = 1_000;
const OK = 200;

interface Operation {
  readonly id: string;
  readonly status: string;
}

/** A server that is busy spawning may ask to come back later. */
const isDone = async ({ control }: Bench, id: string): Promise<boolean> => {
  const answer = await control.fetch(get(`/v1/operations/${id}`)).catch(() => undefined);
  return (answer?.body as Operation | undefined)?.status === 'completed';
};

const isThere = async ({ control }: Bench, type: string, n: number): Promise<boolean> =>
  (await control.send(get(`/v1/entities/${type}/${String(n)}`))) === OK;

const spawnAll = async (bench: Bench, type: string, shared: object): Promise<void> => {
  for (let from = 0; from < PAGED; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, PAGED - from) }, (_, n) => from + n);
    // Of a run that was ended.
    if (await isThere(bench, type, from + numbers.length - 1)) continue;
    const entities = numbers.map((n) => ({
      url: `/${type}/${String(n)}`,
      tags: { shard: String(n % TAGS), batch: type },
      ...shared,
      ...(bench.options.granted && { grants: n % FEW_OF === 0 ? [...ENTITY_GRANTS, ...READ_BY_FEW] : ENTITY_GRANTS }),
    }));
    const { body } = await bench.control.fetch(post('/v1/operations', { kind: 'spawn', entities }));
    const { id } = body as Operation;
    while (!(await isDone(bench, id))) await sleep(20);
  }
};

/** Of a type of their own, every tenth with the same tag. Made once in the life of a server. @returns the type */
const populate = async (bench: Bench): Promise<string> => {
  const type = `bench_page_${String(PAGED)}${bench.options.granted ? '_granted' : ''}`;
  await bench.entityType(type);
  if (!(await isThere(bench, type, PAGED - 1)))
    await spawnAll(bench, type, bench.options.granted ? { parent: await bench.family() } : {});
  return type;
};

let populated: Promise<string> | undefined;

export const pagedType = (bench: Bench): Promise<string> => (populated ??= populate(bench));
