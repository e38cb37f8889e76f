import { MemoryBackend, MemoryBroker, MemoryIndex } from './index.js';
import { indexContract } from '@app/testing/index-contract.js';
import { FaultyIndex } from '@app/testing/faulty-index.js';

indexContract(
  'memory',
  () => {
    const broker = new MemoryBroker();
    const inner = new MemoryIndex(broker);
    const index = new FaultyIndex(inner);
    return Promise.resolve({
      index,
      options: { index },
      backend: () => Promise.resolve(new MemoryBackend(broker)),
      pause: async () => {
        inner.following = false;
      },
      resume: async () => {
        inner.following = true;
      },
      takeAway: async () => {
        index.away = true;
      },
      bringBack: async () => {
        index.away = false;
      },
      close: () => Promise.resolve(),
    });
  },
  { runs: Number(process.env['REVEILLE_PROPERTY_RUNS'] ?? 30) },
);
