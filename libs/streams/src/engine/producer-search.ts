import type { LogIndex } from '../port/log-index.js';
import type { Producer } from '../port/message.js';
import { lookUp, type LookupParts } from './index-lookup.js';

export interface ProducerSearchParts extends LookupParts {
  readonly index: LogIndex | undefined;
}

/** One life of a stream. */
export interface ProducerQuery {
  readonly subject: string;
  readonly incarnation: number;
  readonly tail: number;
}

/** The last triple of a producer up to a position; undefined: it never wrote. */
export interface KnownProducer {
  readonly incarnation: number;
  readonly upTo: number;
  readonly last: Producer | undefined;
}

/** What producers wrote last that the state of their stream no longer lists. */
export class ProducerSearch {
  constructor(private readonly parts: ProducerSearchParts) {}

  /**
   * From memory, once the feed has received `tail`. `old`: what was looked up before. Undefined: to be looked up (again).
   */
  recall(
    { subject, incarnation, tail }: ProducerQuery,
    id: string,
    old: KnownProducer | undefined,
  ): { readonly last: Producer | undefined } | undefined {
    const { recent } = this.parts.feed;
    if (recent.end < tail) return undefined;
    const newest = recent.findProducer(subject, id);
    if (newest && newest.message.state.incarnation === incarnation) return { last: newest.producer };
    // Of a life that is shorter than memory, everything is known.
    if (incarnation > recent.start) return { last: undefined };
    const known = old?.incarnation === incarnation && old.upTo >= Math.min(recent.start, tail);
    return known ? { last: old.last } : undefined;
  }

  /** @throws LogUnavailable */
  async old({ subject, incarnation, tail }: ProducerQuery, ids: readonly string[]): Promise<KnownProducers> {
    const { index, feed, timing } = this.parts;
    await feed.reached(tail, timing.barrierMs);
    const wanted = new Set(ids);
    const last = new Map<string, Producer>();
    const upTo = await lookUp<Producer>(this.parts, {
      subject,
      tail,
      from: incarnation - 1,
      ask: index && (() => index.producers(subject, incarnation, ids)),
      begin: (indexed) => {
        last.clear();
        for (const producer of indexed) last.set(producer.id, producer);
      },
      visit: (message) => {
        if (message.state.incarnation !== incarnation) return false;
        for (const { producer } of message.units)
          if (producer && wanted.has(producer.id)) last.set(producer.id, producer);
        return false;
      },
    });
    return (id) => ({ incarnation, upTo, last: last.get(id) });
  }
}

export type KnownProducers = (id: string) => KnownProducer;
