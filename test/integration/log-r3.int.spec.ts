import {
  connectToNats,
  ensureStream,
  JetStreamBackend,
  replication,
  type NatsConnection,
} from '@app/streams/jetstream/index.js';
import { TestCluster } from '@app/testing/cluster.js';
import { logContract } from '@app/testing/log-contract.js';

logContract('JetStream R3', async () => {
  const cluster = await TestCluster.start();
  const connections: NatsConnection[] = [];
  const subjects = 'log.>';
  const first = await connectToNats(cluster.url, 'log contract');
  const facts = await ensureStream(first, { name: 'LOG', subjects, replicas: 3 });
  await first.close();
  return {
    options: replication(subjects, facts),
    backend: async () => {
      // Every process on another node, so that requests to the leader travel and pages come from followers too.
      const connection = await connectToNats(cluster.urlOf(connections.length % 3), 'log contract');
      connections.push(connection);
      return JetStreamBackend.open(connection, 'LOG', 1_000);
    },
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await cluster.stop();
    },
  };
});
