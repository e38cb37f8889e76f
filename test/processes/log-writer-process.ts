/*
 * A writer of one stream in a process of its own that is told when to die by SIGKILL: before one of its publishes, at
 * some moment between sending it and the acknowledgement, right after the acknowledgement, or before it could tell.
 * It tells its parent of every attempt before it makes it.
 */
import { connectToNats, JetStreamBackend } from '@app/streams/jetstream/index.js';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import type { EncodedMessage, Log } from '@app/streams';
import { diaryOn, say, type Answer } from '@app/testing/diary.js';

export type DeathStep = 'unsent' | 'sent' | 'stored' | 'answered';

export interface WriterOrder {
  readonly natsUrl: string;
  readonly stream: string;
  readonly subject: string;
  /** Names of its clients; each writes one unit after the other. */
  readonly clients: readonly string[];
  /** What earlier processes did not get answered. */
  readonly retries: readonly Attempt[];
  readonly death: { readonly step: DeathStep; readonly publish: number; readonly afterMs: number };
}

export interface Attempt {
  readonly id: string;
  readonly client: string;
  readonly n: number;
  readonly since: number;
}

export type WriterReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'attempted'; readonly attempt: Attempt }
  | { readonly kind: 'acknowledged'; readonly id: string; readonly answer: Answer };

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
};

const tell = (report: WriterReport): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(report, undefined, {}, () => {
      resolve();
    });
  });

const mortal = (
  backend: JetStreamBackend,
  { step, publish: dying, afterMs }: WriterOrder['death'],
): JetStreamBackend => {
  const publish = backend.publish.bind(backend);
  let count = 0;
  backend.publish = async (subject: string, message: EncodedMessage, expected: number | null): Promise<number> => {
    count += 1;
    const due = count >= dying;
    if (due && step === 'unsent') die();
    if (due && step === 'sent') setTimeout(die, afterMs);
    // One that loses its race is not stored: then the next one is the last.
    const seq = await publish(subject, message, expected);
    if (due && step === 'stored') die();
    // Its answers are given in the turn of the event loop that follows.
    if (due) setImmediate(die);
    return seq;
  };
  return backend;
};

const write = async (log: Log, subject: string, attempt: Attempt): Promise<void> => {
  const { id, client, n, since } = attempt;
  await tell({ kind: 'attempted', attempt });
  const answer = await log.submit(diaryOn(subject), say(id, { client, n, since }));
  await tell({ kind: 'acknowledged', id, answer });
};

const work = async ({ natsUrl, stream, subject, clients, retries, death }: WriterOrder): Promise<void> => {
  const connection = await connectToNats(natsUrl, 'log writer');
  const backend = mortal(await JetStreamBackend.open(connection, stream, 1_000), death);
  const log = await LogEngine.open(backend);
  await tell({ kind: 'ready' });
  await Promise.all(retries.map((attempt) => write(log, subject, attempt)));
  await Promise.all(
    clients.map(async (client) => {
      for (let n = 0; ; n += 1)
        await write(log, subject, { id: `${client}-${String(n)}`, client, n, since: log.position() });
    }),
  );
};

process.once('message', (order) => {
  void work(order as WriterOrder);
});
process.once('disconnect', die);
