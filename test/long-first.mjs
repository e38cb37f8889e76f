/*
 * The order of the test files. What takes long begins first, so that no worker ends up alone with it; the many short ones
 * at the end fill both. Jest itself knows how long a file took only where it has run before, which a fresh checkout has not.
 */
import Sequencer from '@jest/test-sequencer';

// By their time on two cores, the longest first; everything that is not named takes less than 20 s.
const LONG = [
  'conformance.e2e',
  'saga.int',
  'model.e2e',
  'large-bodies-restart.e2e',
  'log-r3-faults.int',
  'large-bodies-broker.e2e',
  'projector.int',
  'idle-streams.e2e',
  'log-faults.int',
  'life.e2e',
  'processes.e2e',
  'outage.e2e',
  'log.int',
  'life-refusals.e2e',
  'examples.e2e',
  'shapes.e2e',
  'deployment.e2e',
  'idempotency-key-trouble.e2e',
  'fuzz.e2e',
  'projector-apps.int',
  'history.e2e',
  'kill-operations.e2e',
  'operations.e2e',
  'log-r3.int',
  'purge.int',
  'trouble.e2e',
  'attachments-kill.e2e',
  'published-clients-killed.e2e',
  'routing.e2e',
  'memberships.e2e',
];

const place = ({ path }) => {
  const found = LONG.findIndex((name) => path.endsWith(`/${name}.spec.ts`));
  return found < 0 ? LONG.length : found;
};
const isUnit = ({ context }) => context.config.displayName?.name === 'unit';

export default class LongFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => place(a) - place(b) || isUnit(a) - isUnit(b));
  }
}
