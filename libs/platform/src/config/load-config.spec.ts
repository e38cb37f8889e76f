import { describe, expect, it } from '@jest/globals';
import { ConfigError, type AppName } from './config.js';
import { configurationTable } from './configuration-table.js';
import { loadConfig, type Environment } from './load-config.js';
import { VARIABLES } from './variables.js';

const SERVERS = { NATS_URL: 'nats://broker:4222', DATABASE_URL: 'postgres://db/reveille' };

const TRUSTING = { REVEILLE_TRUST_PRINCIPAL_HEADER: 'true' };

const problemsOf = (env: Environment, app: AppName = 'standalone'): readonly string[] => {
  try {
    loadConfig(env, app);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('an empty environment', () => {
  it('is a development server on loopback with its own servers', () => {
    expect(loadConfig({}, 'standalone')).toMatchObject({
      mode: 'development',
      host: '127.0.0.1',
      port: 4437,
      publicUrl: 'http://127.0.0.1:4437',
      natsUrl: undefined,
      databaseUrl: undefined,
      longPollTimeoutMs: 20_000,
      tenant: 'default',
    });
  });

  it('lacks the servers of every other app', () => {
    expect(problemsOf({}, 'gateway').map((problem) => problem.split(' ')[0])).toEqual([
      'NATS_URL',
      'DATABASE_URL',
      'REVEILLE_JWT_SECRET',
    ]);
  });

  it('is what empty variables count as', () => {
    expect(loadConfig({ PORT: '', HOST: ' ' }, 'standalone')).toEqual(loadConfig({}, 'standalone'));
  });
});

describe('a wrong environment', () => {
  it('is refused in one message that names every bad variable', () => {
    const env = {
      PORT: '99999',
      PUBLIC_URL: 'example.org',
      NATS_URL: 'http://broker',
      LOG_LEVEL: 'loud',
      REVEILLE_MIN_DURABILITY: 'disk',
      REVEILLE_TOKEN_KEY: 'short',
      REVEILLE_TENANT: 'a.b',
      LONG_POLL_TIMEOUT_MS: '1e3',
    };
    const problems = problemsOf(env);
    for (const name of Object.keys(env)) expect(problems.filter((p) => p.startsWith(`${name} `))).toHaveLength(1);
    expect(problems).toHaveLength(Object.keys(env).length);
  });

  it('is not echoed when it is a secret', () => {
    expect(problemsOf({ REVEILLE_TOKEN_KEY: 'hunter2' }).join()).not.toContain('hunter2');
  });
});

describe('development mode', () => {
  it.each(['0.0.0.0', '::', '192.168.1.4', '127.evil.example', 'example.org'])('is refused on %s', (HOST) => {
    expect(problemsOf({ HOST })).toHaveLength(1);
  });

  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('is accepted on %s', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([]);
  });

  it('can be forced, and only by the word true', () => {
    expect(problemsOf({ HOST: '0.0.0.0', REVEILLE_FORCE_INSECURE_DEV: 'true' })).toEqual([]);
    expect(problemsOf({ HOST: '0.0.0.0', REVEILLE_FORCE_INSECURE_DEV: '1' })).toHaveLength(2);
  });

  it('is not the mode of a gateway, which may listen anywhere', () => {
    expect(loadConfig({ ...SERVERS, ...TRUSTING, HOST: '0.0.0.0' }, 'gateway').mode).toBe('production');
  });
});

describe('production', () => {
  const identityOf = (env: Environment): unknown => loadConfig({ ...SERVERS, ...env }, 'gateway').identity;

  it.each(['gateway', 'standalone'] as const)('lets nobody in by default, so a %s does not start', (app) => {
    const env = { ...SERVERS, REVEILLE_MODE: 'production', REVEILLE_TRUST_PRINCIPAL_HEADER: 'false' };
    expect(problemsOf(env, app)).toEqual([expect.stringContaining('is required in production')]);
  });

  it('asks nothing of apps without HTTP', () => {
    expect(problemsOf(SERVERS, 'projector')).toEqual([]);
  });

  it('may trust a proxy, a secret or published keys', () => {
    expect(identityOf(TRUSTING)).toEqual({ tokens: undefined, trustPrincipalHeader: true });
    expect(identityOf({ REVEILLE_JWT_SECRET: 'x'.repeat(32), REVEILLE_JWT_HEADER: 'X-Identity' })).toEqual({
      tokens: {
        keys: { kind: 'secret', secret: 'x'.repeat(32) },
        header: 'x-identity',
        claim: 'sub',
        kind: undefined,
        issuer: undefined,
        audience: undefined,
      },
      trustPrincipalHeader: false,
    });
    const jwks = { REVEILLE_JWKS_URL: 'https://issuer.example/jwks' };
    const keys = { kind: 'jwks', url: 'https://issuer.example/jwks', staleMs: 86_400_000 };
    expect(identityOf(jwks)).toMatchObject({ tokens: { keys } });
    expect(identityOf({ ...jwks, REVEILLE_JWKS_STALE_MS: '0' })).toMatchObject({ tokens: { keys: { staleMs: 0 } } });
  });

  it('wants one kind of signature, and a secret that is one', () => {
    const jwks = { REVEILLE_JWKS_URL: 'https://issuer.example/jwks' };
    expect(problemsOf({ ...SERVERS, ...jwks, REVEILLE_JWT_SECRET: 'x'.repeat(32) }, 'gateway')).toHaveLength(1);
    const short = problemsOf({ ...SERVERS, REVEILLE_JWT_SECRET: 'hunter2' }, 'gateway');
    expect(short).toHaveLength(1);
    expect(short.join()).not.toContain('hunter2');
  });
});

it('writes an address of IPv6 with brackets', () => {
  expect(loadConfig({ HOST: '::1' }, 'standalone').publicUrl).toBe('http://[::1]:4437');
});

it('drops the slash at the end of the public address', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://example.org/' }, 'standalone').publicUrl).toBe('https://example.org');
});

it('documents every variable once', () => {
  for (const { name } of Object.values(VARIABLES))
    expect(configurationTable().split(`| \`${name}\` |`)).toHaveLength(2);
});
