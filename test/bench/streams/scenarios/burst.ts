import { atLeast } from '../../report/targets.js';
import type { Arena } from '../arena.js';
import { numbered } from '../client/subscriber.js';
import { WireConnection } from '../../client/wire-connection.js';
import type { Contestant } from '../contestants/contestant.js';
import { rowOf, valuesOf, type Figures, type Result } from '../results.js';
import { median, takeTurns } from '../../measure/rounds.js';
import { append, createStreams } from './prepare.js';
import { closeAll, subscribe } from './subscribers.js';

const SUBSCRIBERS = 100;
const APPENDS = 200;
const CONNECTIONS = 64;
const BURSTS = 10;
const BYTES = 150;
const PATIENCE_MS = 10_000;

const measure = async (contestant: Contestant, readers: number): Promise<Figures> => {
  const [path = ''] = await createStreams(contestant, 1);
  const expected = readers * APPENDS;
  let received = 0;
  let complete = (): void => undefined;
  const subscribers = await subscribe(contestant, Array<string>(readers).fill(path), () => {
    received += 1;
    if (received === expected) complete();
  });
  const connections = await WireConnection.openMany(contestant.origin, CONNECTIONS);
  const perSecond: number[] = [];
  let lost = 0;
  let errors = 0;
  for (let burst = 0; burst < BURSTS; burst += 1) {
    const requests = Array.from({ length: APPENDS }, (_, n) =>
      append(contestant, path, numbered(burst * APPENDS + n, 0, BYTES)),
    );
    received = 0;
    const all = new Promise<void>((resolve) => {
      complete = resolve;
      setTimeout(resolve, PATIENCE_MS).unref();
    });
    const from = performance.now();
    const run = async (connection: WireConnection): Promise<void> => {
      for (let one = requests.pop(); one; one = requests.pop()) {
        const status = await connection.send(one);
        if (status >= 300 || status < 200) errors += 1;
      }
    };
    await Promise.all([...connections.map(run), all]);
    perSecond.push(received / ((performance.now() - from) / 1000));
    lost += expected - received;
  }
  for (const connection of connections) connection.close();
  closeAll(subscribers);
  return { 'deliveries per s': median(perSecond), lost, errors };
};

/** 200 appends as fast as they are taken, to a stream that 100 readers follow; until the last reader has the last event. */
export const burst = async (arena: Arena): Promise<Result> => {
  const contestants = await arena.contestants('reveille', 'peer memory');
  const all = await takeTurns(contestants, arena.options.rounds, (one) => measure(one, arena.scaled(SUBSCRIBERS)));
  const rows = all.map((one) => rowOf('burst', one));
  const perSecond = median(valuesOf(rows, 'reveille', 'deliveries per s'));
  return { rows, aims: [atLeast('burst: deliveries per second', 40_000, perSecond)] };
};
