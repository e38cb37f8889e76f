import { createLogger, Shutdown, type Config } from '@app/platform';
import {
  projectionDigest,
  projectionGroups,
  rebuild,
  RebuildRunning,
  type ProjectionGroup,
  type RebuildOptions,
  type RebuildProgress,
} from '@app/read-model';
import { addressIn } from '@app/messaging';
import { openRuntime } from '@app/runtime';
import { EXIT } from '../exit-codes.js';
import type { Output } from '../output.js';

const REPORT_EVERY_MS = 1_000;

export const projectionNames = projectionGroups.flatMap(({ projections }) => projections.map(({ name }) => name));

interface Found {
  readonly group: ProjectionGroup;
  readonly projection: RebuildOptions['projection'];
}

const find = (name: string): Found | undefined => {
  for (const group of projectionGroups) {
    const projection = group.projections.find((each) => each.name === name);
    if (projection) return { group, projection };
  }
  return undefined;
};

const progressLine = (output: Output): ((progress: RebuildProgress) => void) => {
  let reported = 0;
  return ({ position, target, messagesPerSecond, etaMs }) => {
    if (performance.now() - reported < REPORT_EVERY_MS) return;
    reported = performance.now();
    const rate = `${String(Math.round(messagesPerSecond))} messages/s`;
    output.line(`${String(position)} of ${String(target)}, ${rate}, ${String(Math.ceil(etaMs / 1_000))} s left`);
  };
};

/** Empties a projection and folds the log into it again; the projector may go on meanwhile. */
export const rebuildProjection = async (config: Config, output: Output, name: string): Promise<number> => {
  const found = find(name);
  if (!found) {
    const error = `there is no projection ${name}; there are ${projectionNames.join(', ')}`;
    output.line(error);
    output.answer({ error });
    return EXIT.usage;
  }
  const { group, projection } = found;
  const logger = createLogger({ ...config, logLevel: 'silent' });
  const shutdown = new Shutdown();
  try {
    const { natsUrl = '', databaseUrl = '', natsMonitorUrl } = config;
    const runtime = await openRuntime({ config, natsUrl, natsMonitorUrl, databaseUrl, logger, shutdown });
    const started = performance.now();
    output.line(`rebuilding ${name}; until it is done its reads are refused`);
    const { messages } = await rebuild({
      db: runtime.database,
      log: runtime[group.log],
      group: group.group,
      projection,
      address: addressIn[group.log],
      onProgress: progressLine(output),
    });
    const ms = Math.round(performance.now() - started);
    const tables = await projectionDigest(runtime.database, projection);
    output.line(`${name} rebuilt from ${String(messages)} messages in ${(ms / 1_000).toFixed(1)} s`);
    for (const { table, rows, digest } of tables) output.line(`  ${table}: ${String(rows)} rows, digest ${digest}`);
    output.answer({ projection: name, messages, ms, tables });
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof RebuildRunning)) throw error;
    output.line(error.message);
    output.answer({ error: error.message });
    return EXIT.busy;
  } finally {
    await shutdown.run();
  }
};
