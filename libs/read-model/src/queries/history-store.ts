import type { Headers, MessageKind, ReadLimit } from '@app/streams';
import type { Database } from '../sql/database.js';
import { LaneLookup } from './lane-count.js';
import { ProjectionRebuilding } from './projection-state.js';

/** A stored message, headers still encoded; a RawMessage once the caller adds the subject. */
export interface HistoryMessage {
  readonly seq: number;
  readonly time: number;
  readonly kind: MessageKind;
  readonly prev: number;
  readonly headers: Headers;
  readonly payload: Uint8Array;
}

export interface HistoryPage {
  readonly messages: readonly HistoryMessage[];
  /** Everything up to here is in the history; read in the same snapshot as the messages. */
  readonly position: number;
  /** The limit was reached: there may be more up to `position`. */
  readonly more: boolean;
}

interface Found {
  readonly position: number;
  readonly state: string;
  /** Null, all three, where there is no message. */
  readonly meta: readonly Meta[] | null;
  readonly headers: Buffer | null;
  readonly payloads: Buffer | null;
}

/** Of one message: seq, time, kind, prev, bytes of its headers, bytes of its payload. */
type Meta = readonly [number, number, MessageKind, number, number, number];

const messagesOf = ({ meta, headers, payloads }: Found): HistoryMessage[] => {
  const names = JSON.parse(`[${headers?.toString('utf8') ?? ''}]`) as readonly Headers[];
  let from = 0;
  return (meta ?? []).map(([seq, time, kind, prev, , length], index) => {
    const payload = payloads?.subarray(from, (from += length)) ?? new Uint8Array();
    return { seq, time, kind, prev, headers: names[index] ?? {}, payload };
  });
};

/** The second copy of the log: messages of one stream without searching the broker for them. */
export class HistoryStore {
  private readonly lookup: LaneLookup;

  constructor(
    private readonly db: Database,
    private readonly group = 'projector',
  ) {
    this.lookup = new LaneLookup(db, group);
  }

  /** Messages of one life of a stream from `fromSeq` on; at least one when there is one. @throws ProjectionRebuilding */
  async read(
    tenant: string,
    path: string,
    incarnation: number,
    fromSeq: number,
    limit: ReadLimit,
  ): Promise<HistoryPage> {
    const lane = await this.lookup.of(tenant, path);
    if (lane === undefined) return { messages: [], position: 0, more: false };
    // A sum of sizes up to and with each row: PostgreSQL reads the sizes, not the payloads of the rows beyond the limit.
    // One row for the whole page: the driver takes as long for a row as for everything else about a message.
    const rows = await this.db.query<Found>(
      `SELECT l.position, p.state, h.*
       FROM lanes l JOIN projections p ON p.name = 'history'
       CROSS JOIN LATERAL (
         SELECT json_agg(json_build_array(seq, time, kind, prev, length(headers), length(payload)) ORDER BY seq) AS meta,
                string_agg(headers, ',' ORDER BY seq) AS headers,
                string_agg(payload, '' ORDER BY seq) AS payloads
         FROM (
           SELECT seq, time, kind, prev, headers, payload,
                  sum(length(payload) + length(headers)) OVER (ORDER BY seq) - length(payload) - length(headers) AS total
           FROM (
             SELECT * FROM history
             WHERE tenant = $3 AND path = $4 AND seq >= $5 AND incarnation = $6 ORDER BY seq LIMIT $7) page
         ) sized WHERE total < $8
       ) h
       WHERE l.worker_group = $1 AND l.lane = $2`,
      [this.group, lane, tenant, path, fromSeq, incarnation, limit.messages, limit.bytes],
    );
    const [first] = rows;
    if (!first) return { messages: [], position: 0, more: false };
    if (first.state !== 'live') throw new ProjectionRebuilding('history');
    const messages = messagesOf(first);
    const bytes = (first.meta ?? []).reduce((sum, [, , , , headers, payload]) => sum + headers + payload, 0);
    return {
      messages,
      position: first.position,
      more: messages.length >= limit.messages || bytes >= limit.bytes,
    };
  }
}
