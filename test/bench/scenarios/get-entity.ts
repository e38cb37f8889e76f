import { get } from '../client/json-request.js';
import { anyOf } from './any-of.js';
import type { RequestScenario } from './request-scenario.js';

export const getEntity: RequestScenario = {
  name: 'get entity',
  async prepare(bench) {
    const entities = await bench.entities('bench_get', 100);
    return anyOf(entities.map((entity) => get(`/v1/entities${entity}`)));
  },
};
