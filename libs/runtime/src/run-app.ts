import { createLogger, loadConfig, Shutdown, stopOnSignals, type AppLogger, type AppName } from '@app/platform';
import { openRuntime, type Runtime } from './runtime.js';

/** Closes in reverse order; what does not close in time is a line in the log. */
export const loggedShutdown = (logger: AppLogger): Shutdown =>
  new Shutdown({
    onOutcome: ({ name, result, error }) => {
      if (result !== 'closed') logger.warn(`${name} ${result} while stopping`, { error });
    },
  });

/**
 * The life of an app that is a process of its own on servers named by the environment: configure, connect, `start`,
 * until a signal. What goes wrong before it runs is one message and exit code 1.
 */
export const runApp = async (
  app: AppName,
  start: (runtime: Runtime, shutdown: Shutdown) => Promise<void>,
): Promise<void> => {
  try {
    const config = loadConfig(process.env, app);
    const logger = createLogger(config);
    const shutdown = loggedShutdown(logger);
    stopOnSignals(shutdown);
    const { natsUrl = '', databaseUrl = '', natsMonitorUrl } = config;
    const runtime = await openRuntime({ config, natsUrl, natsMonitorUrl, databaseUrl, logger, shutdown });
    await start(runtime, shutdown);
  } catch (error) {
    process.stderr.write(`the ${app} did not start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
};
