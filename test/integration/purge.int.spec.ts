import { afterAll, beforeAll, jest } from '@jest/globals';
import { deletedStreams } from './purge/deleted-streams.js';
import { killedPurgers } from './purge/killed-purgers.js';
import { PurgeBed } from './purge/purge-bed.js';
import { waitingPurges } from './purge/waiting-purges.js';

// One broker and one database for all of them.
const bed = new PurgeBed();

beforeAll(bed.start, 120_000);
afterAll(bed.stop, 60_000);

// Nothing here takes that long unless the machine does something else.
jest.setTimeout(90_000);

deletedStreams(bed);
waitingPurges(bed);
killedPurgers(bed);
