import { parseLogSubject } from '@app/contracts/topology/topology.js';
import type { Database } from '@app/read-model';
import type { LogMessage, RawMessage } from '@app/streams';
import { decodeMessage } from '@app/streams/codec/index.js';
import { connectToNats, JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import { Life } from './life.js';

const TELL_EVERY_MS = 200;

/** Follows the log from its beginning beside the system, so that it knows also what is deleted by now. */
export class Witness {
  messages = 0;
  bytes = 0;
  readonly problems: string[] = [];
  private readonly lives = new Map<string, Life[]>();
  private readonly pieces = new Map<string, Buffer[]>();
  private last = 0;
  private stopped = false;
  private telling?: NodeJS.Timeout;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly backend: JetStreamBackend,
  ) {}

  static async follow(natsUrl: string, stream: string, database: Database): Promise<Witness> {
    const connection = await connectToNats(natsUrl, 'witness');
    const witness = new Witness(connection, await JetStreamBackend.open(connection, stream, 1_000));
    await witness.backend.follow(1, {
      onMessage: (raw) => {
        witness.take(raw);
      },
      onLive: () => undefined,
    });
    await witness.stand(database);
    return witness;
  }

  /** Has seen everything that is in the log now. */
  async complete(): Promise<boolean> {
    return this.last >= (await this.backend.lastSeq());
  }

  /** In the order in which they followed each other. */
  of(path: string): readonly Life[] {
    return this.lives.get(path) ?? [];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.telling);
    await this.backend.close();
    await this.connection.close();
  }

  /** As a worker group of its own: what it has not seen yet is not purged. */
  private async stand(database: Database): Promise<void> {
    await database.query(`INSERT INTO lane_groups (worker_group, lanes, hash) VALUES ('witness', 1, 'none')`);
    await database.query(`INSERT INTO lanes (worker_group, lane) VALUES ('witness', 0)`);
    const tell = async (): Promise<void> => {
      // While the database is away the group stands where it stood.
      await database
        .query(`UPDATE lanes SET position = $1 WHERE worker_group = 'witness'`, [this.last])
        .catch(() => undefined);
      if (!this.stopped) this.telling = setTimeout(() => void tell(), TELL_EVERY_MS);
    };
    await tell();
  }

  private take(raw: RawMessage): void {
    if (raw.seq !== this.last + 1)
      this.problems.push(`the witness missed what was between ${String(this.last)} and ${String(raw.seq)}`);
    this.last = raw.seq;
    const address = parseLogSubject(raw.subject);
    if (address?.kind !== 'stream') return;
    try {
      const message = decodeMessage(raw);
      this.messages += 1;
      this.bytes += message.payload.length;
      this.place(address.path, message);
    } catch (error) {
      this.problems.push(`message ${String(raw.seq)} of ${address.path}: ${String(error)}`);
    }
  }

  private place(path: string, message: LogMessage): void {
    const lives = this.lives.get(path) ?? [];
    this.lives.set(path, lives);
    const current = lives.at(-1);
    if (message.kind === 'tombstone' || (current && current.incarnation !== message.state.incarnation))
      this.end(current, message.time);
    if (message.kind === 'tombstone') return;
    const pieces = this.pieces.get(path) ?? [];
    if (message.kind === 'piece' && message.piece && message.piece.index < message.piece.total)
      return void this.pieces.set(path, [...pieces, Buffer.from(message.payload)]);
    this.pieces.delete(path);
    if (current?.incarnation !== message.state.incarnation) lives.push(this.born(path, message));
    const life = lives.at(-1);
    if (message.kind !== 'state') life?.take(message, Buffer.concat([...pieces, message.payload]));
    if (life && message.events.some(({ type }) => type === 'deleted')) life.hiddenAt = message.time;
  }

  private end(life: Life | undefined, time: number): void {
    if (!life || life.goneAt !== Infinity) return;
    life.goneAt = time;
    life.hiddenAt = Math.min(life.hiddenAt, time);
  }

  private born(path: string, message: LogMessage): Life {
    const { lineage } = message;
    if (!lineage) return new Life(path, message);
    const address = parseLogSubject(lineage.subject);
    const source = this.of(address?.kind === 'stream' ? address.path : '').find(
      ({ incarnation }) => incarnation === lineage.incarnation,
    );
    if (!source) throw new Error(`the source ${lineage.subject} of a fork was never there`);
    return new Life(path, message, { life: source, cut: lineage.cut });
  }
}
