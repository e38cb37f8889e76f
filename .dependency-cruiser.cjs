/* Who may import whom. One rule per sentence of the layering; see CONTRIBUTING.md. */
const lib = (name) => `^libs/${name}/`;
const spec = '\\.spec\\.ts$';

/** A lib may import itself and the listed libs, nothing else of ours. */
const layer = (name, allowed) => ({
  name: `${name}-imports-only-below`,
  severity: 'error',
  from: { path: lib(name), pathNot: spec },
  to: { path: '^(apps|libs|test|examples)/', pathNot: [lib(name), ...allowed] },
});

const streamsPort = '^libs/streams/src/(port/|index\\.ts$)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      // Otherwise a misspelt or undeclared import would escape every rule below.
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      from: { path: '^(apps|libs|examples)/', pathNot: [spec, lib('testing')] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: lib('domain'), pathNot: spec },
      to: { pathNot: lib('domain') },
    },
    {
      name: 'projection-mappers-are-pure',
      severity: 'error',
      from: { path: '\\.projection\\.ts$' },
      to: { pathNot: [lib('domain'), lib('projections'), streamsPort] },
    },
    {
      name: 'stream-port-stands-alone',
      severity: 'error',
      from: { path: '^libs/streams/src/port/', pathNot: spec },
      to: { pathNot: '^libs/streams/src/port/' },
    },
    {
      name: 'nats-only-in-its-adapters',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [
          spec,
          lib('streams/src/jetstream'),
          lib('messaging'),
          lib('testing'),
          lib('platform/src/embedded'),
          lib('platform/src/nats'),
        ],
      },
      to: { path: 'node_modules/@nats-io/' },
    },
    {
      name: 'sql-only-in-the-read-model',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [spec, lib('read-model'), lib('testing'), lib('platform/src/embedded')],
      },
      to: { path: 'node_modules/(typeorm|@nestjs/typeorm|pg)/' },
    },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      // It is the others in one process.
      name: 'standalone-takes-root-modules-only',
      severity: 'error',
      from: { path: '^apps/standalone/' },
      to: { path: '^apps/', pathNot: ['^apps/standalone/', '^apps/[^/]+/src/[^/]+\\.module\\.ts$'] },
    },
    {
      name: 'no-test-code-in-production',
      severity: 'error',
      from: { pathNot: [spec, '^test/', lib('testing')] },
      to: { path: [lib('testing'), '^test/', spec] },
    },
    layer('contracts', []),
    // A program of somebody else's: it knows the wire and nothing of ours.
    layer('client', []),
    layer('application', [lib('domain'), streamsPort, lib('platform'), '^libs/messaging/src/(port/|index\\.ts$)']),
    layer('streams', [lib('contracts'), lib('platform')]),
    layer('messaging', [lib('contracts'), streamsPort, lib('platform')]),
    layer('projections', [lib('domain'), streamsPort]),
    layer('read-model', [lib('projections'), streamsPort, lib('platform')]),
    layer('platform', []),
    layer('runtime', [lib('application'), lib('platform'), lib('read-model'), lib('streams'), lib('contracts')]),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
