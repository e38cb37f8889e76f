import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { evictedProducers } from './index-contract/evicted-producers.js';
import { oldUnits } from './index-contract/old-units.js';
import { anyHistory } from './index-contract/any-history.js';
import type { IndexedWorld } from './index-contract/indexed-world.js';
import { contractOn } from './log-contract/contract-context.js';

export type { IndexedWorld } from './index-contract/indexed-world.js';

/** `runs`: of the property test. */
export interface IndexContractOptions {
  readonly runs: number;
}

/** What a log promises with every index: what is old has one effect, too. `open` starts a world with an empty log. */
export const indexContract = (
  name: string,
  open: () => Promise<IndexedWorld>,
  { runs }: IndexContractOptions,
): void => {
  describe(`what is old, on ${name}`, () => {
    let world: IndexedWorld;
    const contract = { ...contractOn(() => world), world: () => world };
    beforeAll(async () => {
      world = await open();
    }, 120_000);
    afterEach(async () => {
      await contract.leave();
      await world.bringBack();
      await world.resume();
    });
    afterAll(() => world.close());

    evictedProducers(contract);
    oldUnits(contract);
    anyHistory(contract, runs);
  });
};
