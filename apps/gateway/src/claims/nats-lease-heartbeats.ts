import { LeaseHeartbeats, type LeaseBeat } from '@app/application';
import { LEASE_HEARTBEAT } from '@app/contracts';
import type { NatsConnection } from '@app/streams/jetstream/index.js';

/** A beat that cannot be read is a beat that was lost. */
const decode = (text: string): LeaseBeat | undefined => {
  try {
    const { tenant, path, epoch, leaseMs } = JSON.parse(text) as Partial<LeaseBeat>;
    if (typeof tenant !== 'string' || typeof path !== 'string') return undefined;
    if (typeof epoch !== 'number' || typeof leaseMs !== 'number') return undefined;
    return { tenant, path, epoch, leaseMs };
  } catch {
    return undefined;
  }
};

/** Beats between gateways, on core NATS: a heartbeat may reach another process than the one that granted the claim. */
export class NatsLeaseHeartbeats extends LeaseHeartbeats {
  private readonly listeners: ((beat: LeaseBeat) => void)[] = [];

  constructor(private readonly connection: NatsConnection) {
    super();
    connection.subscribe(LEASE_HEARTBEAT, {
      callback: (error, message) => {
        const beat = error ? undefined : decode(message.string());
        if (beat) this.tell(beat);
      },
    });
  }

  override publish(beat: LeaseBeat): void {
    // This process hears it even while the broker is away; hearing it twice does nothing more.
    this.tell(beat);
    if (!this.connection.isClosed()) this.connection.publish(LEASE_HEARTBEAT, JSON.stringify(beat));
  }

  override listen(listener: (beat: LeaseBeat) => void): void {
    this.listeners.push(listener);
  }

  private tell(beat: LeaseBeat): void {
    for (const listener of this.listeners) listener(beat);
  }
}
