import { DomainError, parseEntityUrl, type StreamItem } from '@app/domain';
import { deliverWake } from '@app/application/wakes/deliver-wake.js';
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

/** Appends one wake to its subscriber. Rejects when the outcome is open: it must be tried again. */
export const deliver = async (log: Log, clock: Clock, wake: OwedWake): Promise<Delivered> => {
  try {
    const now = clock.now();
    await deliverWake(log, {
      subject: streamSubject(wake.tenant, parseEntityUrl(wake.subscriber).mainPath),
      id: wake.id,
      since: wake.cause,
      item: JSON.parse(wake.content) as StreamItem,
      now,
      deadline: now + TIMEOUTS.requestDeadlineMs,
    });
    return { kind: 'delivered' };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal) return refusal;
    throw error;
  }
};
