import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { streamSubject } from '@app/contracts';
import {
  decideGiveGrant,
  decideRevokeGrant,
  decideSpawn,
  parseEntityUrl,
  type AskedEntityGrant,
  type EntityAddress,
} from '@app/domain';
import { SystemClock } from '@app/platform';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import { MemoryBackend, MemoryBroker } from '@app/streams/memory/index.js';
import { ALICE, spawn } from '@app/testing/entity-examples.js';
import { FaultyBackend } from '@app/testing/faulty-backend.js';
import { EntityReader } from '../entities/entity-reader.js';
import { EntityWriter } from '../entities/entity-writer.js';
import { PrincipalEntities } from '../entities/principal-entities.js';
import { TypeRegistry } from '../entity-types/type-registry.js';
import { stamp } from '../kernel/stamp.js';
import type { Subjects } from '../ports/subjects.js';
import { SchemaCompiler } from '../schemas/schema-compiler.js';
import { AskAncestors, EntityAccess } from './entity-access.js';

const HEIR = { tenant: 't', principal: '/principal/user%3Aheir' };
const TO_HEIR: AskedEntityGrant = { permission: 'read', subject: HEIR.principal, descendants: true };
const LEVELS = 5;

const clock = new SystemClock();
const subjects = { stream: streamSubject } as Subjects;
const at = (level: number): EntityAddress => parseEntityUrl(`/chat/${String(level)}`);
const above = (level: number): readonly string[] => Array.from({ length: level }, (_, n) => at(level - 1 - n).url);

class Process {
  private constructor(
    readonly backend: FaultyBackend,
    readonly log: LogEngine,
    readonly writer: EntityWriter,
    readonly access: EntityAccess,
  ) {}

  static async start(broker: MemoryBroker): Promise<Process> {
    const backend = new FaultyBackend(new MemoryBackend(broker));
    const log = await LogEngine.open(backend);
    const writer = new EntityWriter(log, subjects);
    const types = new TypeRegistry(log, subjects, new SchemaCompiler());
    const reader = new EntityReader(writer, types, new PrincipalEntities(writer, types, clock, log), log);
    return new Process(backend, log, writer, new EntityAccess(writer, reader, clock));
  }

  async spawnLine(): Promise<void> {
    for (let level = 0; level < LEVELS; level += 1) {
      const [url, ...ancestors] = above(level);
      const command = spawn(url === undefined ? {} : { parent: { url, ancestors } });
      await this.writer.submit('t', at(level), stamp(this.log, clock), {
        creates: true,
        decide: (state) => decideSpawn(state, command),
      });
    }
  }

  /** To everything below the first. @returns its id */
  async grant(): Promise<number> {
    const taken = stamp(this.log, clock);
    const { result } = await this.writer.submit('t', at(0), taken, {
      decide: (state) =>
        decideGiveGrant(state, { type: 'GiveGrant', now: taken.now, by: ALICE, commandId: taken.id, grant: TO_HEIR }),
    });
    return result.grant.id;
  }

  async revoke(id: number): Promise<void> {
    const taken = stamp(this.log, clock);
    await this.writer.submit('t', at(0), taken, {
      decide: (state) => decideRevokeGrant(state, { type: 'RevokeGrant', now: taken.now, id }),
    });
  }

  /** What it asked the broker for meanwhile. */
  async questions(work: () => Promise<unknown>): Promise<number> {
    const before = this.backend.asked;
    await work();
    return this.backend.asked - before;
  }
}

describe('whoever is let in by an ancestor', () => {
  const leaf = at(LEVELS - 1);
  let one: Process;
  let two: Process;

  beforeEach(async () => {
    const broker = new MemoryBroker();
    [one, two] = [await Process.start(broker), await Process.start(broker)];
    await one.spawnLine();
  });
  afterEach(async () => {
    await Promise.all([one.log.close(), two.log.close()]);
  });

  it('costs one question to the broker, as everybody does, however long the line is', async () => {
    await one.grant();
    await one.access.require(HEIR, leaf, 'read');
    expect(await one.questions(() => one.access.require(HEIR, leaf, 'read'))).toBe(1);
    const alice = { tenant: 't', principal: ALICE };
    expect(await one.questions(() => one.access.require(alice, leaf, 'read'))).toBe(1);
  });

  it('costs one before a command that he was let in to before', async () => {
    await one.grant();
    const { url } = leaf;
    expect(await one.access.known(HEIR, url, 'read')).toBeUndefined();
    expect(await one.access.ask(HEIR, url, 'read', new AskAncestors(above(LEVELS - 1)))).toBe(true);
    expect(await one.questions(() => one.access.known(HEIR, url, 'read'))).toBe(1);
    expect(await one.access.known(HEIR, url, 'read')).toBe(true);
  });

  it('is let in as of every grant and revocation that another process acknowledged', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await two.grant();
      await expect(one.access.require(HEIR, leaf, 'read')).resolves.toMatchObject({ entity: { situation: 'live' } });
      await two.revoke(id);
      await expect(one.access.require(HEIR, leaf, 'read')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    }
  });
});
