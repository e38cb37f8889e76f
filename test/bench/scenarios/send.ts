import { post } from '../client/json-request.js';
import { anyOf } from './any-of.js';
import type { RequestScenario } from './request-scenario.js';

const BODY = { payload: { text: 'Please look at the last three reports and tell me what has changed since Monday.' } };

export const send = (count: number): RequestScenario => ({
  name: `send to ${String(count)}`,
  async prepare(bench) {
    const entities = await bench.entities('bench_send', count);
    return anyOf(entities.map((entity) => post(`/v1/entities${entity}/send`, BODY)));
  },
});
