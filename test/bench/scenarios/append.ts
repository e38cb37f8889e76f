import { post } from '../client/json-request.js';
import { anyOf } from './any-of.js';
import { DELTA_EVENT } from './delta-event.js';
import type { RequestScenario } from './request-scenario.js';

export const append = (count: number): RequestScenario => ({
  name: `append to ${String(count)}`,
  async prepare(bench) {
    const requests = [];
    for (const entity of await bench.entities('bench_append', count))
      requests.push(post(`${entity}/main`, [DELTA_EVENT], await bench.claim(entity)));
    return anyOf(requests);
  },
});
