import { post } from '../client/json-request.js';
import { ShapeHolder } from '../client/shape-holder.js';
import { anyOf } from './any-of.js';
import type { RequestScenario } from './request-scenario.js';

const ENTITIES = 100;
const TOGETHER = 20;

const holderKey = (n: number): string => `user:holder-${String(n)}`;

const readBy = (n: number): object => ({
  subject_kind: 'principal',
  subject_value: `/principal/${encodeURIComponent(holderKey(n))}`,
  permission: 'read',
});

/**
 * Tags of any of a hundred entities are set, while so many principals follow the entities they may read, each one of them:
 * every holder has a shape of its own.
 */
export const besideShapes = (holders: number): RequestScenario => {
  let following: ShapeHolder[] = [];
  return {
    name: `tag beside ${String(holders)} shapes`,
    onDemand: true,
    granted: [],
    async prepare(bench) {
      const numbers = Array.from({ length: holders }, (_, n) => n);
      const requests = [];
      for (let n = 0; n < ENTITIES; n += 1) {
        const grants = numbers.filter((holder) => holder % ENTITIES === n).map(readBy);
        const entity = await bench.entity('bench_shape', `${String(holders)}-${String(n)}`, { grants });
        for (let value = 0; value < 10; value += 1)
          requests.push(post(`/v1/entities${entity}/tags/round`, { value: String(value) }));
      }
      following = numbers.map((n) => new ShapeHolder(bench.options.url, holderKey(n), 'entities'));
      for (let from = 0; from < holders; from += TOGETHER)
        await Promise.all(following.slice(from, from + TOGETHER).map((holder) => holder.start()));
      return anyOf(requests);
    },
    async finish() {
      const changes = following.reduce((sum, holder) => sum + holder.changes, 0);
      await Promise.all(following.map((holder) => holder.stop()));
      following = [];
      return holders === 0 ? '' : `${String(holders)} holders were told of ${String(changes)} changes`;
    },
  };
};
