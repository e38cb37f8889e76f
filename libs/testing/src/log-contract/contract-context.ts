import { randomUUID } from 'node:crypto';
import type { Log, LogBackend, LogCursor, LogMessage } from '@app/streams';
import { LogEngine, type EngineOptions } from '@app/streams/engine/log-engine.js';
import { diaryOn, say, type Answer, type Said } from '../diary.js';
import { FaultyBackend } from '../faulty-backend.js';

/** One broker; every backend stands for a process of its own. */
export interface LogWorld {
  backend(): Promise<LogBackend>;
  /** What every engine on it must know. */
  readonly options?: EngineOptions;
  close(): Promise<void>;
}

export interface Member {
  readonly log: Log;
  readonly backend: FaultyBackend;
}

/** What the parts of the contract work with: processes that join and leave, and one stream per test. */
export interface LogContract {
  readonly join: (options?: EngineOptions) => Promise<Member>;
  readonly two: () => Promise<readonly [Log, Log]>;
  /** Several brokers keep the log. */
  readonly replicated: () => boolean;
  /** The stream of this test from now on. */
  readonly freshSubject: () => string;
  readonly subject: () => string;
  readonly submit: (log: Log, ...args: Parameters<typeof say>) => Promise<Answer>;
  /** Closes every log that joined. */
  readonly leave: () => Promise<void>;
}

export const contractOn = (world: () => LogWorld): LogContract => {
  const members: Member[] = [];
  let current = '';
  const join = async (options: EngineOptions = {}): Promise<Member> => {
    const backend = new FaultyBackend(await world().backend());
    const log = await LogEngine.open(backend, { ...world().options, ...options });
    const member = { backend, log };
    members.push(member);
    return member;
  };
  return {
    join,
    two: async () => [(await join()).log, (await join()).log],
    replicated: () => world().options?.barrierSubject !== undefined,
    freshSubject: () => (current = `log.t.s.${randomUUID()}.d`),
    subject: () => current,
    submit: (log, ...args) => log.submit(diaryOn(current), say(...args)),
    leave: async () => {
      await Promise.all(members.splice(0).map(({ log }) => log.close()));
    },
  };
};

export const PAGE = { messages: 1_000, bytes: 1 << 20 };
// So few that everything older than a moment is read from the broker.
export const FORGETFUL: EngineOptions = { recent: { messages: 3, bytes: 1 << 20 } };

export const ids = (items: readonly Said[]): readonly string[] => items.map(({ id }) => id);

export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Reads on until `enough` holds of everything read. */
export const drain = async (
  cursor: LogCursor,
  enough: (read: readonly LogMessage[]) => boolean,
): Promise<LogMessage[]> => {
  const read: LogMessage[] = [];
  while (!enough(read)) read.push(...(await cursor.next({ messages: 7, bytes: 1 << 20 })));
  return read;
};
