import type { DurabilityClass } from '@app/platform';

export interface BannerFacts {
  readonly url: string;
  readonly natsUrl: string;
  readonly dataDirs: readonly string[];
  readonly brokerVersion: string;
  readonly postgresVersion: string | undefined;
  readonly durability: DurabilityClass;
  readonly startedMs: number;
}

const MEANING: Readonly<Record<DurabilityClass, string>> = {
  memory: 'an acknowledged write survives nothing',
  'page-cache': 'an acknowledged write survives kill -9, not a power cut',
  fsync: 'an acknowledged write survives a power cut',
  quorum: 'an acknowledged write survives the loss of a node',
  'quorum+fsync': 'an acknowledged write survives the loss of a node and a power cut',
};

/** Lines that work when pasted, in this order. */
export const curlLines = (url: string): readonly [string, string, string] => [
  `curl -X POST ${url}/v1/entity-types -d '{"name":"chat","description":"A conversation"}'`,
  `curl -X PUT ${url}/v1/entities/chat/42 -d '{"initialMessage":{"text":"Hello"}}'`,
  `curl -N '${url}/chat/42/main?offset=-1&live=sse'`,
];

/** What a person sees once everything runs. */
export const banner = (facts: BannerFacts): string =>
  [
    '',
    `Reveille is ready at ${facts.url} (${(facts.startedMs / 1000).toFixed(1)} s)`,
    `  API docs    ${facts.url}/docs`,
    `  data        ${facts.dataDirs.join(', ')}`,
    `  NATS        ${facts.natsUrl} (nats-server ${facts.brokerVersion})`,
    ...(facts.postgresVersion ? [`  PostgreSQL  ${facts.postgresVersion}`] : []),
    `  Node.js     ${process.version}`,
    `  durability  ${facts.durability}: ${MEANING[facts.durability]}`,
    '',
    'Try:',
    ...curlLines(facts.url).map((line) => `  ${line}`),
    '',
    'Ctrl-C stops everything; the next start goes on with the same data.',
    '',
  ].join('\n');
