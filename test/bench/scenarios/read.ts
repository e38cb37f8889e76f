import { get, post } from '../client/json-request.js';
import { DELTA_EVENT } from './delta-event.js';
import type { RequestScenario } from './request-scenario.js';

/** The whole stream of an entity whose events were written one by one, as agents do. */
export const read = (events: number): RequestScenario => ({
  name: `read ${String(events)}`,
  async prepare(bench) {
    const entity = await bench.entity('bench_read', String(events));
    const append = post(`${entity}/main`, [DELTA_EVENT], await bench.claim(entity));
    for (let n = 0; n < events; n += 1) await bench.control.fetch(append);
    const request = get(`${entity}/main?offset=-1`);
    const { body } = await bench.control.fetch(request);
    const found = (body as readonly { readonly type: string }[]).filter(({ type }) => type === 'text_delta').length;
    if (found !== events) throw new Error(`wrote ${String(events)} events, read ${String(found)}`);
    return () => request;
  },
});
