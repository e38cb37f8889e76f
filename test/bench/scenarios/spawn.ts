import { put } from '../client/json-request.js';
import type { RequestScenario } from './request-scenario.js';

export const spawn: RequestScenario = {
  name: 'spawn',
  async prepare(bench) {
    await bench.entityType('bench_spawn');
    const template = put('', {});
    let n = 0;
    return () => ({ ...template, path: `/v1/entities/bench_spawn/${bench.id}-${String((n += 1))}` });
  },
};
