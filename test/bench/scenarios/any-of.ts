import { seeded } from '../measure/random.js';

const SEED = 4437;

/** Requests made in advance, in an order that looks random and is the same in every run. */
export const anyOf = <Request>(requests: readonly Request[]): (() => Request) => {
  const random = seeded(SEED);
  return () => {
    const request = requests[random(requests.length)];
    if (request === undefined) throw new Error('there is nothing to choose from');
    return request;
  };
};
