import { connectToNats, ensureStream, JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import { MemoryBackend, MemoryBroker } from '@app/streams/memory/index.js';
import { logContract } from '@app/testing/log-contract.js';
import { startTestServers } from '@app/testing/servers.js';

logContract('memory', () => {
  const broker = new MemoryBroker();
  return Promise.resolve({
    backend: () => Promise.resolve(new MemoryBackend(broker)),
    close: () => Promise.resolve(),
  });
});

logContract('JetStream', async () => {
  const servers = await startTestServers({ nats: true });
  const connections: NatsConnection[] = [];
  return {
    backend: async () => {
      const connection = await connectToNats(servers.natsUrl, 'log contract');
      connections.push(connection);
      await ensureStream(connection, { name: 'LOG', subjects: 'log.>' });
      return JetStreamBackend.open(connection, 'LOG', 1_000, 'by one');
    },
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await servers.stop();
    },
  };
});
