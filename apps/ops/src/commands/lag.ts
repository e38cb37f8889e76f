import { LOG_STREAM, REGISTRY_STREAM } from '@app/contracts/topology/topology.js';
import { reportStreams } from '@app/messaging';
import type { Config } from '@app/platform';
import { REGISTRY_GROUP, reportLanes } from '@app/read-model';
import { EXIT } from '../exit-codes.js';
import { probe, STREAMS, withBroker, withDatabase } from '../ops-context.js';
import { table, type Output } from '../output.js';

export interface LagOptions {
  /** More messages behind than this is worth a person's attention. */
  readonly max: number;
}

/** How far each lane is behind the log. */
export const lag = async (config: Config, output: Output, { max }: LagOptions): Promise<number> => {
  // Positions first: a head that is read earlier could be behind them.
  const lanes = await probe(() => withDatabase(config, reportLanes));
  const streams = await probe(() => withBroker(config, (connection) => reportStreams(connection, STREAMS)));
  if (!lanes.ok || !streams.ok) {
    const error = [lanes, streams].flatMap((each) => (each.ok ? [] : [each.error])).join('; ');
    output.line(error);
    output.answer({ error });
    return EXIT.unreachable;
  }
  const headOf = (group: string): number => {
    const stream = group === REGISTRY_GROUP ? REGISTRY_STREAM : LOG_STREAM;
    return streams.value.find(({ name }) => name === stream)?.lastSeq ?? 0;
  };
  const report = lanes.value.map((lane) => {
    const head = headOf(lane.group);
    return { ...lane, head, behind: head - lane.position };
  });
  output.line(
    table([
      ['group', 'lane', 'position', 'head', 'behind', 'owner'],
      ...report.map(({ group, lane, position, head, behind, owner }) => [
        group,
        ...[lane, position, head, behind].map(String),
        owner ?? 'nobody',
      ]),
    ]),
  );
  output.answer(report);
  const fine = report.length > 0 && report.every(({ behind, owner }) => behind <= max && owner !== null);
  return fine ? EXIT.ok : EXIT.attention;
};
