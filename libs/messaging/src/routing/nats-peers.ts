import { randomBytes } from 'node:crypto';
import { ROUTING_MEMBERS, routingSender, routingSubject } from '@app/contracts/topology/topology.js';
import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core';
import { packEnvelope, unpackEnvelope, type Frame } from './frames.js';
import { GivenAway, type Untaken } from './given-away.js';
import { Members, type Sign } from './members.js';
import { Outbox } from './outbox.js';
import { Pulse } from './pulse.js';
import { ENVELOPE_BYTES, ROUTING } from './routing-timing.js';
import { TakenOver, type Serve } from './taken-over.js';
import { TransitTime } from './transit-time.js';

/** `here`: a sign of life. `who`: the same, and others are asked for theirs. `left`: no more from now on. */
interface Announcement extends Sign {
  readonly v: 1;
  readonly kind: 'here' | 'who' | 'left';
}

const announcementOf = (message: Msg): Announcement | undefined => {
  try {
    const said = message.json<Partial<Announcement>>();
    const readable = said.v === 1 && typeof said.id === 'string' && typeof said.at === 'number';
    return readable && typeof said.owns === 'boolean' ? (said as Announcement) : undefined;
  } catch {
    return undefined;
  }
};

const isNoResponder = ({ data, headers }: Msg): boolean => data.length === 0 && headers?.code === 503;

const now = (): number => performance.now();

/**
 * The processes that write streams, over core NATS: who is there, who owns what, and commands on their way between them.
 * Nothing here is certain: a command may be executed by its owner and by its sender. Its id makes that one effect.
 */
export class NatsPeers {
  readonly id = randomBytes(9).toString('base64url');
  private readonly members: Members;
  private readonly outbox: Outbox;
  private readonly given: GivenAway;
  private readonly pulse = new Pulse(ROUTING.lapseMs, now());
  /** To the broker and back: a way that was slow from the first message on does not show in any comparison. */
  private readonly link = new TransitTime();
  private taken?: TakenOver;
  private subscriptions: readonly Subscription[] = [];
  private timer?: NodeJS.Timeout;
  private connected = true;
  private leaving = false;
  private looked = now();

  /** `owns`: commands are taken from others, once `serve` said how. */
  constructor(
    private readonly connection: NatsConnection,
    private readonly owns: boolean,
  ) {
    this.outbox = new Outbox((to, frames) => {
      this.send(to, frames);
    });
    const say = (peer: string, frame: Frame): void => {
      this.outbox.add(peer, frame);
    };
    this.given = new GivenAway(say, now);
    this.members = new Members(owns ? this.id : undefined, (id) => {
      this.given.lost(id);
    });
  }

  /** Who executes the commands of a stream; undefined: this process, or nobody is there who could. */
  ownerOf(subject: string): string | undefined {
    if (this.members.alone) return undefined;
    const owner = this.members.ownerOf(subject);
    return owner === this.id ? undefined : owner;
  }

  /** The answer; anything else: it must be executed here, and with `Untaken` it may be executed there too. */
  ask(peer: string, command: Uint8Array, leftMs: number): Promise<Uint8Array | Untaken | undefined> {
    const largest = (this.connection.info?.max_payload ?? 0) - ENVELOPE_BYTES;
    if (command.length > largest || !this.members.has(peer)) return Promise.resolve(undefined);
    return this.given.give(peer, command, leftMs);
  }

  serve(serve: Serve): void {
    this.taken = new TakenOver(serve, (peer, frame) => {
      this.outbox.add(peer, frame);
    });
  }

  /** Becomes known to the others, and learns of them. */
  join(): void {
    const listen = (subject: string, hear: (message: Msg) => void): Subscription =>
      this.connection.subscribe(subject, {
        callback: (error, message) => {
          if (!error) hear(message);
        },
      });
    this.subscriptions = [
      listen(ROUTING_MEMBERS, (message) => {
        this.announced(message);
      }),
      listen(routingSubject(this.id, '*'), (message) => {
        this.told(message);
      }),
    ];
    void this.watchConnection();
    void this.measureLink();
    this.announce('who');
    this.timer = setInterval(() => {
      this.tick();
    }, ROUTING.beatMs).unref();
  }

  /** Takes nothing more, and finishes what it took. */
  async leave(): Promise<void> {
    if (this.leaving) return;
    this.leaving = true;
    clearInterval(this.timer);
    this.announce('left');
    await Promise.race([
      this.taken?.finished(),
      new Promise((resolve) => setTimeout(resolve, ROUTING.finishMs).unref()),
    ]);
    this.outbox.flush();
  }

  /** After `leave`, when nothing is asked any more. */
  close(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  private tick(): void {
    if (this.connected) this.pulse.beat(now());
    void this.measureLink();
    this.announce('here');
    const at = now();
    // Who stood still has not heard anybody, and may have unread what they said.
    if (at - this.looked < 2 * ROUTING.beatMs) this.members.expire(at - ROUTING.goneMs);
    this.looked = at;
  }

  private announce(kind: Announcement['kind']): void {
    const announcement: Announcement = { v: 1, kind, id: this.id, owns: this.owns, at: now() };
    this.publish(ROUTING_MEMBERS, JSON.stringify(announcement));
  }

  private announced(message: Msg): void {
    const said = announcementOf(message);
    if (!said || said.id === this.id) return;
    if (said.kind === 'left') this.members.remove(said.id);
    else this.members.heard(said, now());
    if (said.kind === 'who' && !this.leaving) this.announce('here');
  }

  private told(message: Msg): void {
    const peer = routingSender(message.subject);
    if (peer === undefined) return;
    if (isNoResponder(message)) {
      this.members.remove(peer);
      return;
    }
    const envelope = unpackEnvelope(message.data);
    if (!envelope) return;
    const delay = this.members.delayOf(peer, envelope.sentAt, now()) + this.link.usual;
    const holds = this.pulse.since(now);
    for (const frame of envelope.frames) this.heard(peer, frame, delay, holds);
  }

  private heard(peer: string, frame: Frame, delay: number, holds: () => boolean): void {
    if (frame.kind === 'inquiry') this.taken?.inquired(peer, frame.n);
    else if (frame.kind === 'withdrawal') this.withdrawn(peer, frame.n);
    else if (frame.kind !== 'offer') this.given.hear(peer, frame);
    // Its sender has gone on by itself.
    else if (delay > frame.waitMs || this.leaving || !this.taken)
      this.outbox.add(peer, { kind: 'refused', n: frame.n });
    else this.taken.take(peer, frame, holds);
  }

  private withdrawn(peer: string, n: number): void {
    if (this.taken) this.taken.withdraw(peer, n);
    else this.outbox.add(peer, { kind: 'refused', n });
  }

  private send(to: string, frames: readonly Frame[]): void {
    // Who is not there is told of by the broker, on the subject of the reply.
    this.publish(routingSubject(to, this.id), packEnvelope({ sentAt: now(), frames }), routingSubject(this.id, to));
  }

  private publish(subject: string, data: Uint8Array | string, reply?: string): void {
    try {
      this.connection.publish(subject, data, reply === undefined ? {} : { reply });
    } catch {
      // Not connected, or closing: whoever waits goes on by itself.
    }
  }

  private async measureLink(): Promise<void> {
    try {
      const ms = await this.connection.rtt();
      this.link.add(now() - ms, now());
    } catch {
      // Not connected: measured again with the next sign of life.
    }
  }

  private async watchConnection(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect') this.connected = false;
      if (type !== 'reconnect') continue;
      this.connected = true;
      this.announce('who');
    }
  }
}
