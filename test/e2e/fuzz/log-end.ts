import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import {
  barrierSubject,
  LOG_STREAM,
  LOG_SUBJECTS,
  REGISTRY_STREAM,
  REGISTRY_SUBJECTS,
} from '@app/contracts/topology/topology.js';

const STREAMS = [LOG_STREAM, REGISTRY_STREAM];

// What reads wait for; it says nothing.
const BARRIERS = [LOG_SUBJECTS, REGISTRY_SUBJECTS].map(barrierSubject);

const SHOWN = 300;

/** The newest sequence of each stream of the broker. */
export type LogPosition = readonly number[];

export interface LogEntry {
  readonly subject: string;
  /** As JSON text. */
  readonly events: string;
  /** Of its stream. */
  readonly first: boolean;
}

/** The whole log as the broker has it, whoever writes. */
export class LogEnd {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    /** Whether a message comes from others than the requests that are looked at. */
    private readonly byOthers: (message: LogEntry) => boolean,
  ) {}

  static async open(servers: string, byOthers: LogEnd['byOthers']): Promise<LogEnd> {
    const connection = await connect({ servers });
    return new LogEnd(connection, await jetstreamManager(connection), byOthers);
  }

  position(): Promise<LogPosition> {
    return Promise.all(STREAMS.map(async (name) => (await this.manager.streams.info(name)).state.last_seq));
  }

  /** What was written after a position, as text. */
  async writtenSince(position: LogPosition): Promise<readonly string[]> {
    const found: string[] = [];
    const end = await this.position();
    for (const [n, name] of STREAMS.entries())
      for (let seq = (position[n] ?? 0) + 1; seq <= (end[n] ?? 0); seq += 1) {
        const message = await this.manager.streams.getMessage(name, { seq });
        if (message === null || BARRIERS.includes(message.subject)) continue;
        const { subject, header } = message;
        const events = header.get('Rv-Events');
        if (this.byOthers({ subject, events, first: header.get('Rv-Prev') === '0' })) continue;
        found.push(`${subject} ${header.get('Rv-Units')} ${events}`.slice(0, SHOWN));
      }
    return found;
  }

  /** What no server of ours would ever write. */
  async spoil(subject: string): Promise<void> {
    const spoilt = headers();
    spoilt.set('Rv-Format', '1');
    spoilt.set('Rv-State', '{');
    await jetstream(this.connection).publish(subject, '[', { headers: spoilt });
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
