import { LogEngine, type EngineOptions } from '../engine/log-engine.js';
import type { Log } from '../port/log.js';
import { MemoryBackend, MemoryBroker } from './memory-backend.js';

export { MemoryBackend, MemoryBroker } from './memory-backend.js';
export { MemoryIndex } from './memory-index.js';

/** A log that lives as long as the process; give several the same broker to have several writers. */
export const openMemoryLog = (broker = new MemoryBroker(), options: EngineOptions = {}): Promise<Log> =>
  LogEngine.open(new MemoryBackend(broker), options);
