import { DomainError, parseEntityUrl, type StreamItem } from '@app/domain';
import type { Peers } from '@app/application/ports/peers.js';
import { askOwner } from '@app/application/routing/ask-owner.js';
import { deliverWake, type SentWake } from '@app/application/wakes/deliver-wake.js';
import { streamSubject } from '@app/contracts/topology/topology.js';
import { TIMEOUTS, type Clock } from '@app/platform';
import { PublishRefused, type Log } from '@app/streams';
import type { OwedWake } from '../owed-wake.js';

export type Delivered =
  | { readonly kind: 'delivered' }
  /** For good: `ended` tells that nothing will ever be accepted. */
  | { readonly kind: 'refused'; readonly reason: string; readonly ended: boolean };

const refused = (reason: string, ended = false): Delivered => ({ kind: 'refused', reason, ended });

const refusalOf = (error: unknown): Delivered | undefined => {
  if (error instanceof PublishRefused) return refused('the log takes no such message');
  if (!(error instanceof DomainError)) return undefined;
  if (error.code === 'NOT_RUNNING') return refused('the subscriber has ended', true);
  return refused(error.code === 'NOT_FOUND' ? 'there is no such subscriber' : error.message);
};

/** Wakes on their way to their subscribers, through the process that owns the stream of the subscriber. */
export class Deliveries {
  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly peers: Peers,
  ) {}

  /** Appends one wake to its subscriber. Rejects when the outcome is open: it must be tried again. */
  async deliver(wake: OwedWake): Promise<Delivered> {
    try {
      await this.append(wake);
      return { kind: 'delivered' };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return refusal;
      throw error;
    }
  }

  private async append({ id, cause: since, tenant, subscriber, content }: OwedWake): Promise<void> {
    const path = parseEntityUrl(subscriber).mainPath;
    const subject = streamSubject(tenant, path);
    const item = JSON.parse(content) as StreamItem;
    const now = this.clock.now();
    const stamp = { id, since, now };
    const owner = this.peers.ownerOf(subject);
    const sent: SentWake = { tenant, path, item };
    const command = { name: 'wake', stamp, fields: { delivery: sent } };
    const asked = owner === undefined ? {} : await askOwner(this.peers, owner, command, TIMEOUTS.requestDeadlineMs);
    if (asked.answer) return;
    try {
      await deliverWake(this.log, { ...stamp, subject, item, deadline: now + TIMEOUTS.requestDeadlineMs });
    } catch (error) {
      // A refusal counts only when the owner did not accept it meanwhile.
      if (!(await asked.accepted?.())) throw error;
    }
  }
}
