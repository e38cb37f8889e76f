/* Creates one fork, in a process of its own, and dies of it by SIGKILL at a named step. */
import { LOG_STREAM, streamSubject } from '@app/contracts/topology/topology.js';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import { connectToNats, JetStreamBackend } from '@app/streams/jetstream/index.js';
import { StreamsOnLog, TENANT } from './streams-on-log.js';

/**
 * `unreferenced`: before the source is told. `referenced`: between that and the first message of the fork. `written`: before
 * anybody is told of the fork.
 */
export type ForkStep = 'unreferenced' | 'referenced' | 'written';

export interface ForkOrder {
  readonly natsUrl: string;
  readonly path: string;
  readonly source: string;
  /** First content of the fork. */
  readonly text: string;
  readonly dies: ForkStep;
}

type Publish<Content> = (subject: string, content: Content, expected: never) => Promise<number>;

const mortal = (backend: JetStreamBackend, { path, source, dies }: ForkOrder): JetStreamBackend => {
  const reach = (step: ForkStep): void => {
    if (step === dies) process.kill(process.pid, 'SIGKILL');
  };
  const steps = new Map<string, readonly ForkStep[]>([
    [streamSubject(TENANT, source), ['unreferenced', 'referenced']],
    [streamSubject(TENANT, path), ['referenced', 'written']],
  ]);
  const watched =
    <Content>(publish: Publish<Content>): Publish<Content> =>
    async (subject, content, expected) => {
      const [before, after] = steps.get(subject) ?? [];
      if (before !== undefined) reach(before);
      const seq = await publish(subject, content, expected);
      if (after !== undefined) reach(after);
      return seq;
    };
  backend.publish = watched(backend.publish.bind(backend));
  backend.publishBatch = watched(backend.publishBatch.bind(backend));
  return backend;
};

const work = async (order: ForkOrder): Promise<void> => {
  const connection = await connectToNats(order.natsUrl, 'fork creator');
  const log = await LogEngine.open(mortal(await JetStreamBackend.open(connection, LOG_STREAM, 1_000), order));
  await new StreamsOnLog(log).fork(order.path, order.source, order.text);
};

process.once('message', (order) => {
  void work(order as ForkOrder);
});
process.once('disconnect', () => process.exit(0));
