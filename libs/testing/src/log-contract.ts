import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { appending } from './log-contract/appending.js';
import { betweenProcesses } from './log-contract/between-processes.js';
import { closing } from './log-contract/closing.js';
import { confirmedAnswers } from './log-contract/confirmed-answers.js';
import { copies } from './log-contract/copies.js';
import { facts } from './log-contract/facts.js';
import { following } from './log-contract/following.js';
import { format } from './log-contract/format.js';
import { largeBodies } from './log-contract/large-bodies.js';
import { limits } from './log-contract/limits.js';
import { lostAcknowledgements } from './log-contract/lost-acknowledgements.js';
import { purging } from './log-contract/purging.js';
import { reading } from './log-contract/reading.js';
import { sameCommand } from './log-contract/same-command.js';
import { severalWriters } from './log-contract/several-writers.js';
import { contractOn, type LogWorld } from './log-contract/contract-context.js';

export type { LogWorld } from './log-contract/contract-context.js';

const PARTS = [
  appending,
  betweenProcesses,
  sameCommand,
  copies,
  severalWriters,
  confirmedAnswers,
  lostAcknowledgements,
  limits,
  largeBodies,
  reading,
  purging,
  following,
  facts,
  format,
  closing,
];

/** What every adapter of the log promises. `open` starts a world with an empty log. */
export const logContract = (name: string, open: () => Promise<LogWorld>): void => {
  describe(`the log on ${name}`, () => {
    let world: LogWorld;
    const contract = contractOn(() => world);
    beforeAll(async () => {
      world = await open();
    }, 120_000);
    afterEach(() => contract.leave());
    afterAll(() => world.close());

    for (const part of PARTS) part(contract);
  });
};
