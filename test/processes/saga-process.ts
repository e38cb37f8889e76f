/* The saga in a process of its own that can be told to die at a named step. */
import { createLogger, SystemClock } from '@app/platform';
import { LocalLaneHints } from '@app/read-model';
import type { Log } from '@app/streams';
import { Saga } from '../../apps/saga/src/saga.js';
import { obey, reach, watchTransactions, wrap } from './armed.js';

export type KillStep = 'evaluating' | 'in transaction' | 'committed' | 'appended' | 'settled';

const deadlyLog = (log: Log): Log =>
  wrap<Log>(log, {
    entries: (message, from) => {
      reach<KillStep>('evaluating');
      return log.entries(message, from);
    },
    submit: async (stream, command) => {
      const result = await log.submit(stream, command);
      reach<KillStep>('appended');
      return result;
    },
  });

const stepsOf = (statement: string): readonly KillStep[] => {
  if (statement.includes('insert into saga_outbox')) {
    reach<KillStep>('in transaction');
    return ['committed'];
  }
  return statement.includes('delete from saga_outbox') ? ['settled'] : [];
};

// Without Nest, which takes longer to load than all of this: the module only starts and stops the same object.
await obey('saga-under-test', ({ log, database, leaseMs }) => {
  new Saga({
    eventLog: deadlyLog(log),
    database: watchTransactions(database, stepsOf),
    hints: new LocalLaneHints(),
    clock: new SystemClock(),
    logger: createLogger({ app: 'saga', mode: 'production', logLevel: 'fatal' }),
    leaseMs,
  }).start();
});
