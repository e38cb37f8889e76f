import type { SourceUnit } from '@app/domain';
import type { Json } from '@app/domain';
import { formatOffset, inMemory, type Entry, type Log, type LogMessage } from '@app/streams';
import { holdsJson } from '@app/streams/codec/media-type.js';

// The items were accepted as JSON when they were written.
const itemsOf = (body: Uint8Array): readonly Json[] =>
  JSON.parse(`[${Buffer.from(body.buffer, body.byteOffset, body.length).toString()}]`) as Json[];

const isJson = ({ state }: LogMessage): boolean => holdsJson(state.contentType);

const entriesOf = async (log: Log, message: LogMessage): Promise<readonly Entry[]> => {
  const large = log.large(message);
  return large ? [await inMemory(large)] : log.entries(message);
};

/** The units of a message as the wake rules see them. `withItems` false: nobody will look at public items. */
export const sourceUnits = async (
  log: Log,
  message: LogMessage,
  withItems: boolean,
): Promise<readonly SourceUnit[]> => {
  const { seq, units, events, state } = message;
  const entries = withItems && isJson(message) ? await entriesOf(log, message) : [];
  const at = new Date(message.time).toISOString();
  let next = 0;
  return units.map(({ count }, unit): SourceUnit => {
    const entry = count > 0 ? entries[next] : undefined;
    if (count > 0) next += 1;
    return {
      seq,
      at,
      offset: entry ? formatOffset(entry.offset) : '',
      items: entry ? itemsOf(entry.body) : [],
      events: events.filter((event) => event.unit === unit),
      // A close ends its group.
      ends: state.closed && unit === units.length - 1,
    };
  });
};
