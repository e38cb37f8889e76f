import { AppendToStreamCommand, CreateStreamCommand, DeleteStreamCommand } from '@app/application';
import { EntityAccess } from '@app/application/access/entity-access.js';
import { SharedStateAccess } from '@app/application/access/shared-state-access.js';
import { EntityReader } from '@app/application/entities/entity-reader.js';
import { EntityWriter } from '@app/application/entities/entity-writer.js';
import { PrincipalEntities } from '@app/application/entities/principal-entities.js';
import { TypeRegistry } from '@app/application/entity-types/type-registry.js';
import { SharedStateGuard } from '@app/application/plain-streams/shared-state-guard.js';
import { SchemaCompiler } from '@app/application/schemas/schema-compiler.js';
import { ForkSources } from '@app/application/plain-streams/fork-sources.js';
import { AppendToStreamHandler } from '@app/application/plain-streams/handlers/append-to-stream.handler.js';
import { CreateStreamHandler } from '@app/application/plain-streams/handlers/create-stream.handler.js';
import { DeleteStreamHandler } from '@app/application/plain-streams/handlers/delete-stream.handler.js';
import { PlainStreamWriter } from '@app/application/plain-streams/plain-stream-writer.js';
import { PlainStreams } from '@app/application/plain-streams/plain-streams.js';
import { streamSubject } from '@app/contracts/topology/topology.js';
import type { PlainStream, StreamConfig } from '@app/domain';
import { SystemClock } from '@app/platform';
import { logSubjects } from '@app/runtime/log-subjects.js';
import { inMemory, StreamAbsent, START, type Log, type Offset, type Producer } from '@app/streams';

export const TENANT = 't';

const TYPE = 'text/plain';
const caller = { tenant: TENANT, principal: '/principal/user%3Aa' };
const sent = (text: string) => ({ body: Buffer.from(text), count: Buffer.byteLength(text), types: [] });

/** Done when a stream is about to be written, and its fork has a reference already. */
type Meanwhile = () => Promise<void>;

const guardOn = (log: Log, streams: PlainStreamWriter): SharedStateGuard => {
  const clock = new SystemClock();
  const entities = new EntityWriter(log, logSubjects);
  const types = new TypeRegistry(log, logSubjects, new SchemaCompiler());
  const reader = new EntityReader(entities, types, new PrincipalEntities(entities, types, clock, log), log);
  return new SharedStateGuard(new SharedStateAccess(streams, entities, new EntityAccess(entities, reader, clock)));
};

/** Plain streams, as a gateway writes and reads them. */
export class StreamsOnLog {
  readonly writer: PlainStreamWriter;
  private readonly streams: PlainStreams;
  private readonly creating: CreateStreamHandler;
  private readonly appending: AppendToStreamHandler;
  private readonly deleting: DeleteStreamHandler;

  constructor(private readonly log: Log) {
    const clock = new SystemClock();
    this.writer = new PlainStreamWriter(log, logSubjects);
    const streams = new PlainStreams(this.writer, clock, log);
    this.streams = streams;
    const guard = guardOn(log, this.writer);
    const sources = new ForkSources(this.writer, streams, clock, log);
    this.creating = new CreateStreamHandler(this.writer, streams, sources, guard, clock, log);
    this.appending = new AppendToStreamHandler(this.writer, guard, clock, log);
    this.deleting = new DeleteStreamHandler(this.writer, streams, clock, log);
  }

  async create(path: string, text = '', config: Partial<StreamConfig> = {}, meanwhile?: Meanwhile): Promise<Offset> {
    const full = { contentType: TYPE, closed: false, ...config };
    const command = new CreateStreamCommand(caller, path, full, async () => {
      await meanwhile?.();
      return { sent: sent(text) };
    });
    return (await this.creating.execute(command)).tail;
  }

  fork(path: string, source: string, text = '', meanwhile?: Meanwhile): Promise<Offset> {
    return this.create(path, text, { fork: { source, subOffset: 0 } }, meanwhile);
  }

  /** As somebody finds it who asks for it, after what that sets right. */
  async situation(path: string): Promise<PlainStream['situation']> {
    return (await this.streams.current(TENANT, path)).state.situation;
  }

  async append(path: string, text: string, producer?: Producer): Promise<Offset> {
    const request = { hasBody: true, contentType: TYPE, ...(producer && { producer }) };
    const command = new AppendToStreamCommand(caller, path, request, sent(text));
    return (await this.appending.execute(command)).tail;
  }

  remove(path: string): Promise<void> {
    return this.deleting.execute(new DeleteStreamCommand(caller, path));
  }

  /** Everything after `from`; undefined: there is no such stream. */
  async text(path: string, from: Offset = START): Promise<string | undefined> {
    let text = '';
    for (let at = from; ;) {
      try {
        const slice = await this.log.read(streamSubject(TENANT, path), at, { messages: 1_000, bytes: 1 << 24 });
        const entries = slice.large ? [...slice.entries, await inMemory(slice.large)] : slice.entries;
        text += entries.map(({ body }) => Buffer.from(body).toString()).join('');
        if (slice.upToDate) return text;
        at = slice.next;
      } catch (error) {
        if (error instanceof StreamAbsent) return undefined;
        throw error;
      }
    }
  }
}
