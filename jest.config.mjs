import { readFileSync } from 'node:fs';

const swcrc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

const shared = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: { ...swcrc.jsc, baseUrl: undefined, paths: undefined },
      },
    ],
  },
  moduleNameMapper: {
    '^@app/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@app/([^/]+)/(.*)\\.js$': '<rootDir>/libs/$1/src/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

// Both start real servers.
const withServers = {
  globalSetup: '<rootDir>/test/templates-set-up.mjs',
  globalTeardown: '<rootDir>/test/templates-tear-down.mjs',
};

export default {
  // One more than the cores of CI: many files wait for leases and deadlines most of their time.
  maxWorkers: 3,
  // A test that hangs ends; one on a busy machine does not fail for being slow.
  testTimeout: 60_000,
  // A worker has nothing left to do when it is told to go, but taking down a heap of a gigabyte takes longer than jest's 500 ms on
  // a busy machine. One that is kept alive by something is still found out.
  workerGracefulExitTimeout: 10_000,
  testSequencer: '<rootDir>/test/long-first.mjs',
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts'] },
    { ...shared, ...withServers, displayName: 'int', testMatch: ['<rootDir>/test/integration/**/*.int.spec.ts'] },
    { ...shared, ...withServers, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e.spec.ts'] },
  ],
};
