/*
 * Follows the streams of all entities with nothing but a JetStream client: jetstream-subscriber [nats-url] [--from-start]
 * `npm start` prints the address of its broker. Subjects and messages: docs/reference/subjects-and-messages.md
 */
import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const args = process.argv.slice(2);
const servers = args.find((arg) => !arg.startsWith('-')) ?? process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222';
const connection = await connect({ servers, name: 'example-subscriber' });

// An ordered consumer: nothing is left on the broker, and a lost connection goes on after the last message.
const consumer = await jetstream(connection).consumers.get('LOG_0', {
  filter_subjects: ['log.*.s.*.*.main.d'],
  deliver_policy: args.includes('--from-start') ? DeliverPolicy.All : DeliverPolicy.New,
});
const messages = await consumer.consume();
process.once('SIGINT', () => messages.stop());
// Whoever reads the output may leave early, as `head` does.
process.stdout.on('error', () => process.exit());
console.log(`following ${servers}`);

for await (const { subject, seq, headers, data } of messages) {
  // The types of the events inside; a message without any changes only the state of its entity.
  const types = headers?.get('Rv-Types');
  // A body over one message comes in pieces, to be joined first; this example leaves them out.
  if (!types || headers?.get('Rv-Kind') === 'piece') continue;
  console.log(`${String(seq)} ${subject} ${types}`);
  for (const item of JSON.parse(Buffer.from(data).toString()) as object[]) console.log(`  ${JSON.stringify(item)}`);
}
await connection.close();
