/* The lanes of the projector, and what purges beside them, in a process that can be told to die at a named step. */
import { streamSubject } from '@app/contracts/topology/topology.js';
import { logAddress } from '@app/messaging';
import { LaneWorker, LocalLaneHints, PROJECTOR_GROUP, projectionGroups, ProjectorWork, Purger } from '@app/read-model';
import type { Log } from '@app/streams';
import { obey, reach, watchTransactions, wrap } from './armed.js';

export type PurgeStep =
  'marking' | 'marked' | 'log purged' | 'removing rows' | 'some rows removed' | 'forgetting' | 'forgotten';

const deadlyLog = (log: Log): Log =>
  wrap<Log>(log, {
    purge: async (subject, below, signal) => {
      await log.purge(subject, below, signal);
      reach<PurgeStep>('log purged');
    },
  });

const stepsOf = (statement: string): readonly PurgeStep[] => {
  if (statement.includes('UPDATE stream_purges')) {
    reach<PurgeStep>('marking');
    return ['marked'];
  }
  if (statement.includes('DELETE FROM history')) {
    reach<PurgeStep>('removing rows');
    return ['some rows removed'];
  }
  if (!statement.includes('DELETE FROM stream_purges')) return [];
  reach<PurgeStep>('forgetting');
  return ['forgotten'];
};

await obey('purger-under-test', ({ log, database, leaseMs }) => {
  const projections = projectionGroups.find(({ group }) => group === PROJECTOR_GROUP)?.projections ?? [];
  const deadly = watchTransactions(database, stepsOf);
  const worker = new LaneWorker(deadly, log, new ProjectorWork(projections), {
    group: PROJECTOR_GROUP,
    address: logAddress,
    hints: new LocalLaneHints(),
    synchronousCommit: 'off',
    leaseMs,
  });
  worker.start();
  const onTrouble = (): void => undefined;
  // Few rows at a time, so that there is a moment between two transactions.
  const options = { everyMs: 20, chunk: 3 };
  new Purger({ db: deadly, log: deadlyLog(log), worker, subject: streamSubject, onTrouble }, options).start();
});
