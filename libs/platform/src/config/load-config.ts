import { ConfigError, type AppName, type Config, type Mode } from './config.js';
import { isLoopback } from './is-loopback.js';
import { identityProblems, readIdentity } from './read-identity.js';
import { VARIABLES, type Variable } from './variables.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Checks the whole environment of one app. An empty variable counts as unset. @throws ConfigError listing every problem. */
export const loadConfig = (env: Environment, app: AppName): Config => {
  const problems: string[] = [];
  const given = (name: string): boolean => Boolean(env[name]?.trim());
  const read = <T>({ name, parse }: Variable<T>): T | undefined => {
    const text = env[name]?.trim();
    if (!text) return undefined;
    try {
      return parse(text);
    } catch (error) {
      problems.push(`${name} ${(error as Error).message}`);
      return undefined;
    }
  };
  const number = (variable: Variable<number>): number => read(variable) ?? Number(variable.default);

  const host = read(VARIABLES.host) ?? VARIABLES.host.default;
  const port = number(VARIABLES.port);
  const config: Config = {
    app,
    host,
    port,
    mode: read(VARIABLES.mode) ?? defaultMode(app),
    publicUrl: read(VARIABLES.publicUrl) ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    dataDir: read(VARIABLES.dataDir) ?? VARIABLES.dataDir.default,
    natsUrl: read(VARIABLES.natsUrl),
    databaseUrl: read(VARIABLES.databaseUrl),
    natsMonitorUrl: read(VARIABLES.natsMonitorUrl),
    longPollTimeoutMs: number(VARIABLES.longPollTimeoutMs),
    requestTimeoutMs: number(VARIABLES.requestTimeoutMs),
    readBytes: number(VARIABLES.readBytes),
    largeBodies: number(VARIABLES.largeBodies),
    attachmentBytes: number(VARIABLES.attachmentBytes),
    recent: { messages: number(VARIABLES.recentMessages), bytes: number(VARIABLES.recentBytes) },
    tails: { bytes: number(VARIABLES.tailBytes) },
    heapGrowth: number(VARIABLES.heapGrowth),
    minDurability: read(VARIABLES.minDurability),
    replicas: Number(read(VARIABLES.replicas) ?? VARIABLES.replicas.default),
    routing: read(VARIABLES.routing) ?? 'contested',
    logLevel: read(VARIABLES.logLevel) ?? 'info',
    tenant: read(VARIABLES.tenant) ?? VARIABLES.tenant.default,
    tokenKey: read(VARIABLES.tokenKey),
    identity: readIdentity(read),
  };
  const forced = read(VARIABLES.forceInsecureDev) ?? false;
  problems.push(...missingServers(env, app), ...exposedDevelopment(config, forced), ...identityProblems(given, config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
};

const defaultMode = (app: AppName): Mode => (app === 'standalone' ? 'development' : 'production');

const missingServers = (env: Environment, app: AppName): string[] =>
  app === 'standalone'
    ? []
    : [VARIABLES.natsUrl, VARIABLES.databaseUrl]
        .filter(({ name }) => !env[name]?.trim())
        .map(({ name }) => `${name} is required in ${app}; only standalone brings its own server`);

const exposedDevelopment = ({ mode, host }: Config, forced: boolean): string[] =>
  mode !== 'development' || forced || isLoopback(host)
    ? []
    : [
        `HOST ${host} is not loopback, and development mode would let everybody who reaches it be anybody: ` +
          'use HOST=127.0.0.1 or REVEILLE_MODE=production (or REVEILLE_FORCE_INSECURE_DEV=true on a network you trust)',
      ];
