import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { NEVER, type EntityAddress, type EntitySpawned } from '@app/domain';
import {
  compareOffsets,
  inMemory,
  type ControlEvent,
  type Log,
  type LogMessage,
  type Offset,
  type Producer,
} from '@app/streams';
import { EntityAccess, type Checked } from '../../access/entity-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { Subjects } from '../../ports/subjects.js';
import { EVENT_LOG } from '../../ports/tokens.js';

// One entry may be larger: then it is alone on its page.
const PAGE_BYTES = 1024 * 1024;

/** One accepted request: what it made public, and what else it changed. */
export interface HistoryEntry {
  /** Log sequence of its message, and its place in that. */
  readonly position: number;
  readonly unit: number;
  /** After its public items; absent when there are none. */
  readonly offset?: Offset;
  /** Milliseconds since 1970, by the clock of the broker. */
  readonly time: number;
  readonly id: string;
  readonly producer?: Producer;
  /** Public items as they are stored, joined by commas. */
  readonly items: Uint8Array;
  readonly events: readonly Pick<ControlEvent, 'type' | 'data'>[];
}

export type HistoryPlace = Pick<HistoryEntry, 'position' | 'unit'>;

export interface HistoryRequest {
  readonly limit: number;
  /** Entries behind this one. */
  readonly after?: HistoryPlace;
  /** Nothing newer: no public item behind an offset, or no message behind a log position. */
  readonly asOf?: { readonly offset: Offset } | { readonly position: number };
}

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  readonly next: HistoryPlace | undefined;
  /** The page is of the stream as it was with this message as its newest. */
  readonly tail: number;
}

export class ReadHistoryQuery extends Query<HistoryPage> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly request: HistoryRequest,
  ) {
    super();
  }
}

/** Everything that ever happened to an entity, oldest first. */
@QueryHandler(ReadHistoryQuery)
export class ReadHistoryHandler implements IQueryHandler<ReadHistoryQuery> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly subjects: Subjects,
    private readonly access: EntityAccess,
  ) {}

  async execute({ caller, address, request }: ReadHistoryQuery): Promise<HistoryPage> {
    const shown = await this.shown(caller, await this.access.require(caller, address, 'read'));
    const subject = this.subjects.stream(caller.tenant, address.mainPath);
    const { limit, after } = request;
    const page = new Page(limit);
    let position = after === undefined ? 0 : after.position - 1;
    for (;;) {
      const { messages, tail } = await this.log.messages(subject, position, { messages: limit + 1, bytes: PAGE_BYTES });
      for (const message of messages) {
        position = message.seq;
        for (const entry of await this.entriesOf(message, shown)) {
          if (after !== undefined && !isBehind(entry, after)) continue;
          if (isTooNew(entry, request)) return page.ended(undefined, tail);
          if (!page.add(entry)) return page.ended(page.last, tail);
        }
      }
      if (position >= tail) return page.ended(undefined, tail);
    }
  }

  /** Who was granted what is told to whoever may see the grants. */
  private async shown(caller: Caller, checked: Checked): Promise<Shown> {
    const manages = (await this.access.until(caller, 'manage', checked)) > NEVER;
    return manages ? (events) => events : withoutGrants;
  }

  private async entriesOf(message: LogMessage, shown: Shown): Promise<readonly HistoryEntry[]> {
    const large = this.log.large(message);
    // Of a commit in pieces, the last one has the units; the others are part of its content.
    if (message.piece && !large) return [];
    const contents = large ? [await inMemory(large)] : [...this.log.entries(message)];
    return message.units.map(({ id, count, producer }, unit) => {
      const content = count > 0 ? contents.shift() : undefined;
      return {
        position: message.seq,
        unit,
        time: message.time,
        id,
        ...(content && { offset: content.offset }),
        ...(producer && { producer }),
        items: content?.body ?? new Uint8Array(),
        events: shown(message.events.filter((event) => event.unit === unit)),
      };
    });
  }
}

type Shown = (events: HistoryEntry['events']) => HistoryEntry['events'];

const GRANTS = new Set(['granted', 'revoked']);

const withoutGrants: Shown = (events) =>
  events
    .filter(({ type }) => !GRANTS.has(type))
    .map(({ type, data }) => {
      if (type !== 'spawned') return { type, data };
      const { grants: _, ...rest } = data as EntitySpawned['data'];
      return { type, data: rest };
    });

const isBehind = ({ position, unit }: HistoryEntry, after: HistoryPlace): boolean =>
  position > after.position || (position === after.position && unit > after.unit);

const isTooNew = ({ position, offset }: HistoryEntry, { asOf }: HistoryRequest): boolean => {
  if (asOf === undefined) return false;
  if ('position' in asOf) return position > asOf.position;
  return offset !== undefined && compareOffsets(offset, asOf.offset) > 0;
};

class Page {
  private readonly entries: HistoryEntry[] = [];
  private bytes = 0;

  constructor(private readonly limit: number) {}

  get last(): HistoryPlace | undefined {
    return this.entries.at(-1);
  }

  /** False: it belongs on the next page. */
  add(entry: HistoryEntry): boolean {
    const { length } = this.entries;
    if (length >= this.limit || (length > 0 && this.bytes + entry.items.length > PAGE_BYTES)) return false;
    this.entries.push(entry);
    this.bytes += entry.items.length;
    return true;
  }

  ended(next: HistoryPlace | undefined, tail: number): HistoryPage {
    return { entries: this.entries, next, tail };
  }
}
