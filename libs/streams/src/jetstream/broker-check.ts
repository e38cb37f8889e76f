import type { NatsConnection } from '@nats-io/nats-core';

const OLDEST = [2, 14, 4] as const;

/** The broker cannot carry the log; says what to do. */
export class BrokerUnsuitable extends Error {
  override readonly name = 'BrokerUnsuitable';
}

const older = (version: string): boolean => {
  const parts = version.split(/[.-]/).map(Number);
  for (const [index, least] of OLDEST.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
};

/** Version of the broker; throws BrokerUnsuitable when it is too old or has no JetStream. */
export const checkBroker = (connection: NatsConnection): string => {
  const { version, jetstream } = connection.info ?? { version: '0', jetstream: false };
  if (older(version))
    throw new BrokerUnsuitable(`nats-server ${version} is too old: use ${OLDEST.join('.')} or newer (2.15 is best)`);
  if (!jetstream)
    throw new BrokerUnsuitable('the NATS server runs without JetStream: start it with --jetstream and a store_dir');
  return version;
};
