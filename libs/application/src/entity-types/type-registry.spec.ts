import { afterEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { entityTypeSubject, grantsSubject, streamSubject, waitersSubject } from '@app/contracts';
import { SystemClock } from '@app/platform';
import { LogUnavailable, type Log, type RawMessage, type ReadLimit } from '@app/streams';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import { MemoryBackend, MemoryBroker, openMemoryLog } from '@app/streams/memory/index.js';
import { SchemaCompiler } from '../schemas/schema-compiler.js';
import { TypeRegistry } from './type-registry.js';
import { TypeWriter } from './type-writer.js';

const subjects = {
  stream: streamSubject,
  waiters: waitersSubject,
  grants: grantsSubject,
  entityType: entityTypeSubject,
};

/** A broker that is away for the first few questions about old messages. */
class LateBackend extends MemoryBackend {
  refusals = 2;

  override range(from: number, limit: ReadLimit): Promise<readonly RawMessage[]> {
    if (this.refusals === 0) return super.range(from, limit);
    this.refusals -= 1;
    return Promise.reject(new LogUnavailable('away'));
  }
}

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

const registered = async (log: Log, name: string): Promise<void> => {
  const registration = { name, description: 'for a test' };
  await new TypeWriter(log, subjects, new SystemClock()).submit({ tenant: 't' }, name, (now) => ({
    type: 'RegisterType',
    now,
    registration,
  }));
};

it('knows every type although the broker was away when it began to read', async () => {
  Logger.overrideLogger(false);
  const broker = new MemoryBroker();
  const before = await openMemoryLog(broker);
  ends.push(() => before.close());
  await registered(before, 'old');

  const backend = new LateBackend(broker);
  const log = await LogEngine.open(backend, {});
  ends.push(() => log.close());
  const registry = new TypeRegistry(log, subjects, new SchemaCompiler());
  registry.onModuleInit();
  ends.push(() => registry.onModuleDestroy());
  expect(await registry.current('t', 'old')).toMatchObject({ document: { name: 'old', revision: 1 } });
  expect(backend.refusals).toBe(0);
});
