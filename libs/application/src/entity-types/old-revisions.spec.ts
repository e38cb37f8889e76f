import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entityTypeSubject, grantsSubject, streamSubject, waitersSubject } from '@app/contracts';
import { decideSpawn, absentEntity, evolveEntity, stateAfter, type EntityState } from '@app/domain';
import { effectiveSchemas } from '@app/domain/entity-type/effective-schemas.js';
import type { EntityTypeCommand } from '@app/domain/entity-type/entity-type.decider.js';
import type { EntityTypeDocument, Schemas } from '@app/domain/entity-type/entity-type.document.js';
import { SystemClock } from '@app/platform';
import { LogUnavailable, type RawMessage } from '@app/streams';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import { MemoryBackend, MemoryBroker } from '@app/streams/memory/index.js';
import { ALICE, spawn } from '@app/testing/entity-examples.js';
import { SchemaCompiler } from '../schemas/schema-compiler.js';
import { RevisionAway } from './old-revisions.js';
import { TypeRegistry } from './type-registry.js';
import { TypeWriter } from './type-writer.js';

const subjects = {
  stream: streamSubject,
  waiters: waitersSubject,
  grants: grantsSubject,
  entityType: entityTypeSubject,
};

/** Counts what is read by sequence; may be away. */
class Backend extends MemoryBackend {
  reads = 0;
  away = false;

  override get(seq: number): Promise<RawMessage | undefined> {
    this.reads += 1;
    return this.away ? Promise.reject(new LogUnavailable('away')) : super.get(seq);
  }
}

/** A process that has just started: nothing old is in its memory. */
class Process {
  private constructor(
    readonly backend: Backend,
    readonly log: LogEngine,
    readonly registry: TypeRegistry,
  ) {}

  static async start(broker: MemoryBroker): Promise<Process> {
    const backend = new Backend(broker);
    const log = await LogEngine.open(backend);
    const registry = new TypeRegistry(log, subjects, new SchemaCompiler());
    registry.onModuleInit();
    await registry.refresh();
    return new Process(backend, log, registry);
  }

  async submit(command: (now: number) => EntityTypeCommand): Promise<void> {
    await new TypeWriter(this.log, subjects, new SystemClock()).submit({ tenant: 't' }, 'chat', command);
  }

  /** Registers, or replaces. */
  register(inboxSchemas: Schemas, description = 'for a test'): Promise<void> {
    const registration = { name: 'chat', description, inbox_schemas: inboxSchemas };
    return this.submit((now) => ({ type: 'RegisterType', now, registration }));
  }

  amend(inboxSchemas: Schemas): Promise<void> {
    return this.submit((now) => ({ type: 'AmendSchemas', now, inboxSchemas }));
  }

  grant(): Promise<void> {
    const grant = { permission: 'spawn', subject: ALICE } as const;
    return this.submit((now) => ({ type: 'GrantType', by: { now, by: ALICE, commandId: randomUUID() }, grant }));
  }

  remove(): Promise<void> {
    return this.submit(() => ({ type: 'DeleteType' }));
  }

  /** An entity that is spawned now. */
  async spawned(): Promise<{ readonly state: EntityState; readonly document: EntityTypeDocument }> {
    const type = await this.registry.current('t', 'chat');
    if (!type) throw new Error('there is no type');
    const { seq, document } = type;
    const { units } = decideSpawn(absentEntity, spawn({ typeSeq: seq, revision: document.revision }));
    return { state: stateAfter(evolveEntity, absentEntity, units), document };
  }

  /** As handlers ask for it. */
  async accepts(state: EntityState, key: string, value: number | string): Promise<string> {
    await this.registry.refresh();
    const asked = (): string => JSON.stringify(this.registry.validateFor('t', state)('inbox', key, value));
    try {
      return asked();
    } catch (error) {
      if (!(error instanceof RevisionAway)) throw error;
      return this.registry.holding(error, () => Promise.resolve().then(asked));
    }
  }

  async stop(): Promise<void> {
    this.registry.onModuleDestroy();
    await this.log.close();
  }
}

const TEXT = { type: 'string' };
const NUMBER = { type: 'number' };
const ACCEPTED = '[]';

let broker: MemoryBroker;
let first: Process;
let processes: Process[];

const started = async (): Promise<Process> => {
  const process = await Process.start(broker);
  processes.push(process);
  return process;
};

beforeEach(async () => {
  broker = new MemoryBroker();
  processes = [];
  first = await started();
});

afterEach(() => Promise.all(processes.map((each) => each.stop())));

describe('an entity keeps to the schemas it was spawned with', () => {
  it('after its type was replaced, in a process that starts later', async () => {
    await first.register({ ask: TEXT });
    const old = await first.spawned();
    await first.register({ tell: TEXT });
    const fresh = await first.spawned();
    const later = await started();
    for (const each of [first, later]) {
      expect(await each.accepts(old.state, 'ask', 'x')).toBe(ACCEPTED);
      expect(await each.accepts(old.state, 'ask', 1)).toContain('must be string');
      expect(await each.accepts(old.state, 'tell', 1)).toContain('must be string');
      expect(await each.accepts(fresh.state, 'ask', 'x')).toBe('"unknown"');
    }
  });

  it('without a question to the broker as long as the type was only amended', async () => {
    await first.register({ ask: TEXT });
    const { state } = await first.spawned();
    await first.amend({ tell: NUMBER });
    const later = await started();
    expect(await later.accepts(state, 'ask', 1)).toContain('must be string');
    expect(await later.accepts(state, 'tell', 1)).toBe(ACCEPTED);
    expect(later.backend.reads).toBe(0);
  });

  it('asked by many at once, with one question', async () => {
    await first.register({ ask: TEXT });
    const { state } = await first.spawned();
    await first.register({});
    const later = await started();
    const answers = await Promise.all(Array.from({ length: 50 }, () => later.accepts(state, 'ask', 'x')));
    expect(new Set(answers)).toEqual(new Set([ACCEPTED]));
    expect(later.backend.reads).toBe(1);
  });

  it('once the broker is back that was away when it was asked', async () => {
    await first.register({ ask: TEXT });
    const { state } = await first.spawned();
    await first.register({});
    const later = await started();
    later.backend.away = true;
    const asked = Array.from({ length: 3 }, () => later.accepts(state, 'ask', 'x'));
    for (const answer of asked) await expect(answer).rejects.toThrow(LogUnavailable);
    later.backend.away = false;
    expect(await later.accepts(state, 'ask', 'x')).toBe(ACCEPTED);
  });

  it('whatever happened to the type', async () => {
    const keys = fc.subarray(['a', 'b', 'c']);
    const steps = fc.array(
      fc.oneof(
        fc.tuple(fc.constant('register' as const), keys),
        { weight: 3, arbitrary: fc.tuple(fc.constant('amend' as const), keys) },
        fc.tuple(fc.constantFrom('remove' as const, 'grant' as const)),
      ),
      { maxLength: 12 },
    );
    let count = 0;
    // Each schema takes one value, so that no two are taken for each other.
    const schemas = (names: readonly string[]): Schemas =>
      Object.fromEntries(names.map((name) => [name, { const: (count += 1) }]));
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        broker = new MemoryBroker();
        const writing = await started();
        const spawned: { readonly state: EntityState; readonly document: EntityTypeDocument }[] = [];
        for (const step of all) {
          const [what, names = []] = step;
          // Some are refused: nothing to amend, or a schema that is there.
          await writing[what](schemas(names)).catch(() => undefined);
          if (await writing.registry.current('t', 'chat')) spawned.push(await writing.spawned());
        }
        const current = (await writing.registry.current('t', 'chat'))?.document;
        const reading = await started();
        for (const { state, document } of spawned) {
          const { inbox } = effectiveSchemas(document, current);
          for (const key of ['a', 'b', 'c']) {
            const schema = inbox?.[key];
            const expected = inbox === null ? ACCEPTED : schema === undefined ? '"unknown"' : ACCEPTED;
            expect(await reading.accepts(state, key, (schema?.['const'] as number | undefined) ?? 0)).toBe(expected);
            if (schema) expect(await reading.accepts(state, key, 0)).toContain('must be equal to constant');
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('memory', () => {
  const REVISIONS = 100;
  const MB = 1024 * 1024;
  // About 250 KB of heap each.
  const large = (n: number): Schemas =>
    Object.fromEntries(Array.from({ length: 2_500 }, (_, at) => [`k${String(at)}`, { type: 'string', maxLength: n }]));

  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapMb = (): number => {
    collect();
    return process.memoryUsage().heapUsed / MB;
  };

  it('holds a type as it is and few of its old revisions, however many there were, and reads any of them', async () => {
    const before = heapMb();
    const spawned: EntityState[] = [];
    for (let n = 0; n < REVISIONS; n += 1) {
      await first.register(large(n), String(n));
      spawned.push((await first.spawned()).state);
    }
    expect(heapMb() - before).toBeLessThan(12);
    const later = await started();
    expect(heapMb() - before).toBeLessThan(12);
    for (const state of spawned) {
      if (state.situation === 'absent') throw new Error('it was spawned');
      const { typeSeq, revision } = state.cold;
      const document = await later.registry.revision('t', 'chat', typeSeq, revision);
      expect(document?.description).toBe(String(revision - 1));
    }
    expect(later.registry.held.bytes).toBeGreaterThan(4 * MB);
    expect(later.registry.held.bytes).toBeLessThanOrEqual(16 * MB);
    expect(heapMb() - before).toBeLessThan(30);
  });
});
