import { producerBytes } from '../codec/format-v1.js';
import type { Producer } from '../port/message.js';
import type { Tail } from './tail.js';

// State is inline in every message, so the producers it lists are bounded by count and by bytes.
const LISTED = 32;
const LISTED_BYTES = 1024;

export interface Listed {
  /** Newest last. */
  readonly producers: readonly Producer[];
  /** There are some that are not listed. */
  readonly more: boolean;
}

/** The list after one more request of a producer. */
export const listed = ({ producers, more }: Listed, producer: Producer): Listed => {
  const next = [...producers.filter(({ id }) => id !== producer.id), producer];
  let bytes = producerBytes(next);
  let evicted = 0;
  while (next.length - evicted > 1 && (next.length - evicted > LISTED || bytes > LISTED_BYTES)) {
    bytes -= producerBytes(next.slice(evicted, evicted + 1));
    evicted += 1;
  }
  return { producers: next.slice(evicted), more: more || evicted > 0 };
};

/** What is known of the producers of a stream while a group is collected. */
export class ProducerBook {
  private readonly base: readonly Producer[];
  /** Those the group wrote for, and those that were looked up; undefined: it never wrote. */
  private readonly touched = new Map<string, Producer | undefined>();
  /** What the state after the group will say. */
  private list: Listed;

  constructor(private readonly tail: Tail['after']) {
    this.base = tail?.producers ?? [];
    this.list = { producers: this.base, more: tail?.moreProducers ?? false };
  }

  get state(): Listed {
    return this.list;
  }

  /** Otherwise it must be looked up before anything is decided about it. On a closed stream nobody asks. */
  knows(id: string): boolean {
    if (!this.tail?.moreProducers || this.tail.closed) return true;
    return this.touched.has(id) || this.base.some((producer) => producer.id === id);
  }

  /** What `id` wrote last before the group; undefined: nothing. */
  learn(id: string, last: Producer | undefined): void {
    this.touched.set(id, last);
  }

  accept(producer: Producer): void {
    this.touched.set(producer.id, producer);
    this.list = listed(this.list, producer);
  }

  /** For a command of `id`. */
  facts(id: string | undefined): readonly Producer[] {
    const { producers } = this.list;
    if (id === undefined || producers.some((producer) => producer.id === id)) return producers;
    const own = this.touched.get(id) ?? this.base.find((producer) => producer.id === id);
    return own ? [own, ...producers] : producers;
  }
}
