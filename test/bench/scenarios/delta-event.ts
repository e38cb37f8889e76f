const event = (delta: string): object => ({
  type: 'text_delta',
  key: 'm:0',
  value: { text_id: 'm', run_id: 'run-0', delta },
  headers: { operation: 'insert' },
});

const EVENT_BYTES = 150;

/** One token of an agent's answer, 150 bytes of JSON. */
export const DELTA_EVENT = event('x'.repeat(EVENT_BYTES - JSON.stringify(event('')).length));
