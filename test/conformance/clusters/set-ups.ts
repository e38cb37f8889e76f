import { TestCluster } from '@app/testing/cluster.js';
import { RoundRobin } from '@app/testing/round-robin.js';
import { startTestServers } from '@app/testing/servers.js';
import { Fleet, type FleetOptions } from '../../e2e/support/fleet.js';
import { ReveilleChild } from '../../e2e/support/reveille-child.js';
import { LONG_POLL_TIMEOUT_MS } from '../run-suite.js';

/** Runs after the set-up is no longer needed, the latest first. */
export type CleanUps = (() => Promise<unknown>)[];

export interface Prepared {
  readonly url: string;
  /** Requests that each gateway behind the URL was given so far. */
  readonly served?: readonly number[];
}

/** Something under one URL that is to behave as the protocol says. `dir`: an empty folder of its own. */
export interface SetUp {
  readonly name: string;
  readonly brokers: 1 | 3;
  readonly prepare: (dir: string, cleanUps: CleanUps) => Promise<Prepared>;
}

const ENV = { LONG_POLL_TIMEOUT_MS: String(LONG_POLL_TIMEOUT_MS), LOG_LEVEL: 'info' };

/** Two gateways, of which each request reaches the other one than the request before. */
const balanced = async (options: Omit<FleetOptions, 'copies'>, cleanUps: CleanUps): Promise<Prepared> => {
  const env = { ...ENV, ...options.env };
  const fleet = await Fleet.start({ ...options, env, copies: { gateway: 2, projector: 1, saga: 1 } });
  cleanUps.push(() => fleet.stop());
  const balancer = await RoundRobin.start(fleet.urls);
  cleanUps.push(() => balancer.stop());
  return balancer;
};

export const SET_UPS: readonly SetUp[] = [
  {
    name: 'one process, embedded servers',
    brokers: 1,
    prepare: async (dir, cleanUps) => {
      const reveille = await ReveilleChild.start({ env: { ...ENV, PORT: '0', REVEILLE_DATA_DIR: dir } });
      cleanUps.push(() => reveille.destroy());
      return reveille;
    },
  },
  {
    name: 'two gateways, one broker',
    brokers: 1,
    prepare: async (dir, cleanUps) => {
      const servers = await startTestServers({ nats: true, postgres: true });
      cleanUps.push(() => servers.stop());
      return balanced({ ...servers.urls, dir }, cleanUps);
    },
  },
  {
    name: 'two gateways, three brokers with three copies',
    brokers: 3,
    prepare: async (dir, cleanUps) => {
      const servers = await startTestServers({ postgres: true });
      cleanUps.push(() => servers.stop());
      const cluster = await TestCluster.start();
      cleanUps.push(() => cluster.stop());
      const natsMonitorUrl = cluster.nodes[0]?.monitorUrl ?? '';
      const { databaseUrl } = servers;
      return balanced(
        { natsUrl: cluster.url, natsMonitorUrl, databaseUrl, dir, env: { REVEILLE_REPLICAS: '3' } },
        cleanUps,
      );
    },
  },
];
