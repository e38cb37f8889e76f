import { StreamAbsent, START, compareOffsets, inMemory } from '@app/streams';
import type {
  Aggregate,
  Command,
  Committed,
  Copies,
  Decision,
  Json,
  Log,
  Offset,
  StreamView,
  UnitDraft,
} from '@app/streams';

/** A small aggregate for tests of the log: how many units it took, and some notes in the cold part. */
export interface Diary {
  readonly count: number;
  readonly notes?: Json;
}

export const diary: Aggregate<Diary> = {
  initial: { count: 0 },
  snapshot: ({ count, notes }) => ({ hot: { count }, ...(notes !== undefined && { cold: notes }) }),
  restore: ({ hot, cold }) => ({
    count: (hot as { readonly count: number }).count,
    ...(cold !== undefined && { notes: cold }),
  }),
};

export const diaryOn = (subject: string): { readonly subject: string; readonly aggregate: Aggregate<Diary> } => ({
  subject,
  aggregate: diary,
});

/** What one unit says; items of one unit share its id. */
export interface Said {
  readonly id: string;
  readonly client: string;
  readonly n: number;
}

export interface Answer extends Committed {
  readonly replayed: boolean;
}

export type DiaryCommand = Command<Diary, Answer>;

export class Refused extends Error {
  override readonly name = 'Refused';
}

export interface SayOptions {
  readonly client?: string;
  readonly n?: number;
  /** Public items of the unit. */
  readonly items?: number;
  readonly since?: number;
  readonly deadline?: number;
  readonly copies?: Copies;
  readonly close?: boolean;
  readonly notes?: Json;
  readonly contentType?: string;
  readonly body?: Uint8Array;
  /** Decides otherwise: refuse or nothing. */
  readonly unless?: (view: StreamView<Diary>) => Decision<Diary, Answer> | undefined;
}

const FAR = 8_640_000_000_000_000;

export const unitOf = (said: Said, items = 1): UnitDraft => ({
  body: Buffer.from(Array.from({ length: items }, () => JSON.stringify(said)).join(',')),
  count: items,
  types: [],
  events: items === 0 ? [{ type: 'noted', data: said.id }] : [],
});

/** Appends one unit to a JSON stream that is created when absent; a closed stream refuses. */
export const say = (id: string, options: SayOptions = {}): DiaryCommand => {
  const { client = 'c', n = 0, items = 1, since = 0, deadline = FAR, copies = 'anywhere', body } = options;
  return {
    id,
    since,
    deadline,
    copies,
    decide: (view) => {
      const other = options.unless?.(view);
      if (other) return other;
      if (view.closed) return { kind: 'refuse', error: new Refused(`closed at ${String(view.state.count)}`) };
      const unit = unitOf({ id, client, n }, items);
      return {
        kind: 'append',
        units: [
          body
            ? { ...unit, body, count: view.contentType.includes('json') || !options.contentType ? 1 : body.length }
            : unit,
        ],
        next: {
          ...view.state,
          count: view.state.count + 1,
          ...(options.notes !== undefined && { notes: options.notes }),
        },
        close: options.close ?? false,
        contentType: options.contentType ?? 'application/json',
        result: ([committed]) => ({ ...(committed as Committed), replayed: false }),
      };
    },
    replay: ({ message, unit, offset }) => ({ seq: message.seq, unit, offset, replayed: true }),
  };
};

/** Writes nothing and says how many units the stream had. */
export const count = (id: string, onAnswer: (count: number) => void): DiaryCommand => ({
  ...say(id),
  decide: ({ tail }) => ({
    kind: 'nothing',
    result: (view) => {
      onAnswer(view.state.count);
      return { seq: 0, unit: 0, offset: tail, replayed: false };
    },
  }),
});

/** Every item of a stream after `from`, page by page; fails when a page does not move on. */
export const readItems = async (
  log: Log,
  subject: string,
  from: Offset = START,
  limit = { messages: 1_000, bytes: 1 << 20 },
): Promise<{ readonly items: readonly Said[]; readonly next: Offset; readonly closed: boolean }> => {
  const items: Said[] = [];
  let at = from;
  for (;;) {
    const slice = await log.read(subject, at, limit);
    const entries = slice.large ? [...slice.entries, await inMemory(slice.large)] : slice.entries;
    for (const { body, offset } of entries) {
      if (compareOffsets(offset, at) <= 0) throw new Error('an entry does not move the reader on');
      items.push(...(JSON.parse(`[${Buffer.from(body).toString()}]`) as Said[]));
    }
    at = slice.next;
    if (slice.upToDate) return { items, next: at, closed: slice.closed };
  }
};

export const readItemsOrNone = async (log: Log, subject: string): Promise<readonly Said[]> => {
  try {
    return (await readItems(log, subject)).items;
  } catch (error) {
    if (error instanceof StreamAbsent) return [];
    throw error;
  }
};
