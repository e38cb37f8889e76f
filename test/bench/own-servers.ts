import { startEmbedded, type StartEmbeddedOptions, type EmbeddedServers } from '@app/platform/embedded/index.js';
import { untilTold } from './until-told.js';

/** A broker and a database of the benchmark's own. */
export const startOwn = (options: StartEmbeddedOptions): Promise<EmbeddedServers> =>
  untilTold(
    'broker and database',
    () => startEmbedded(options),
    async (starting) => (await starting).stop(),
  );
