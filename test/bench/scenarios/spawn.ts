import { put } from '../client/json-request.js';
import { GRANTED, OF_A_KIND } from '../askers.js';
import type { RequestScenario } from './request-scenario.js';

export const spawn: RequestScenario = {
  name: 'spawn',
  // Here grants of the type count.
  granted: [GRANTED, OF_A_KIND],
  async prepare(bench) {
    await bench.entityType('bench_spawn');
    const template = put('', {});
    let n = 0;
    return () => ({ ...template, path: `/v1/entities/bench_spawn/${bench.id}-${String((n += 1))}` });
  },
};
