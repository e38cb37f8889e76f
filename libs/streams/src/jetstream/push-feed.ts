import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/nats-core';
import type { Feed, FeedListener } from '../port/log-backend.js';
import { deliveryInfo, fromDelivery } from './raw-messages.js';

const HEARTBEAT_MS = 2_000;
const RETRY_MS = 200;
const API_TIMEOUT_MS = 2_000;

interface CreateAnswer {
  readonly error?: { readonly description: string };
}

/**
 * An ordered push consumer that restarts itself after its last message: on a reconnect, a gap in its own numbers, or
 * missing heartbeats. Made by hand because the library's ordered consumer notices a restarted broker only after two of
 * its heartbeats, tens of seconds later.
 */
export class PushFeed implements Feed {
  private subscription?: Subscription;
  private readonly watchdog: NodeJS.Timeout;
  private consumerSeq = 0;
  private heardAt = Date.now();
  private generation = 0;
  private stopped = false;

  constructor(
    private readonly connection: NatsConnection,
    private readonly stream: string,
    private nextSeq: number,
    private readonly listener: FeedListener,
  ) {
    this.watchdog = setInterval(() => {
      if (Date.now() - this.heardAt > 2 * HEARTBEAT_MS + 500) this.restart();
    }, HEARTBEAT_MS).unref();
  }

  /** Resolves once the consumer exists. */
  async start(): Promise<void> {
    const generation = (this.generation += 1);
    this.subscription?.unsubscribe();
    while (!this.stopped && generation === this.generation && !this.connection.isClosed()) {
      if (await this.create(generation)) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  renew(): void {
    this.restart();
  }

  restart(): void {
    this.heardAt = Date.now();
    this.listener.onLive(false);
    void this.start();
  }

  disconnected(): void {
    this.listener.onLive(false);
  }

  stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.watchdog);
    this.subscription?.unsubscribe();
    return Promise.resolve();
  }

  /** True when the consumer exists, or when a newer attempt has taken over. */
  private async create(generation: number): Promise<boolean> {
    let subscription: Subscription | undefined;
    try {
      const inbox = createInbox();
      this.consumerSeq = 0;
      this.heardAt = Date.now();
      subscription = this.connection.subscribe(inbox, {
        callback: (error, message) => {
          if (!error && generation === this.generation && !this.stopped) this.receive(message);
        },
      });
      this.subscription = subscription;
      await this.request(inbox);
    } catch {
      // Only its own: a newer attempt may have subscribed meanwhile.
      subscription?.unsubscribe();
      return generation !== this.generation;
    }
    if (generation === this.generation && !this.stopped) this.listener.onLive(true);
    else subscription.unsubscribe();
    return true;
  }

  private async request(inbox: string): Promise<void> {
    const config = {
      deliver_subject: inbox,
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.nextSeq,
      ack_policy: 'none',
      max_deliver: 1,
      flow_control: true,
      idle_heartbeat: HEARTBEAT_MS * 1_000_000,
      mem_storage: true,
      num_replicas: 1,
    };
    const answer = await this.connection.request(
      `$JS.API.CONSUMER.CREATE.${this.stream}`,
      JSON.stringify({ stream_name: this.stream, config }),
      { timeout: API_TIMEOUT_MS },
    );
    const { error } = answer.json<CreateAnswer>();
    if (error) throw new Error(error.description);
  }

  private receive(message: Msg): void {
    this.heardAt = Date.now();
    if (message.data.length === 0 && message.headers?.code === 100) {
      // Flow control: the broker waits for this answer; a stalled consumer names the answer in a header.
      const stalled = message.headers.get('Nats-Consumer-Stalled');
      if (message.reply) message.respond();
      else if (stalled) this.connection.publish(stalled);
      // What was lost at the end of a burst shows in no later message, only here.
      const delivered = Number(message.headers.get('Nats-Last-Consumer') || 0);
      if (delivered > this.consumerSeq) this.restart();
      return;
    }
    const info = message.reply ? deliveryInfo(message.reply) : undefined;
    if (!info || info.consumerSeq !== this.consumerSeq + 1) {
      this.restart();
      return;
    }
    this.consumerSeq = info.consumerSeq;
    // A replica that is behind begins where it stands, before what we have already.
    if (info.streamSeq < this.nextSeq) return;
    this.nextSeq = info.streamSeq + 1;
    this.listener.onMessage(fromDelivery(message, info));
  }
}
