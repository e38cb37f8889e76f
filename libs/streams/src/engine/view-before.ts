import { LogUnavailable } from '../port/log-backend.js';
import type { Aggregate, StreamView } from '../port/command.js';
import type { LogMessage, Producer } from '../port/message.js';
import { listed } from './producers.js';
import { viewOf, type AggregateTail } from './tail.js';
import type { Tails } from './tails.js';

const gone = (seq: number): LogUnavailable => new LogUnavailable(`message ${String(seq)} no longer exists`);

/** Of the message in which the unit is; for later units of a message that begins a life: of that life. */
const baseOf = async <S>(
  tails: Tails,
  aggregate: Aggregate<S>,
  { message, unit }: { readonly message: LogMessage; readonly unit: number },
): Promise<AggregateTail<S>> => {
  const absent = { seq: 0, state: aggregate.initial, cold: undefined };
  // All pieces of a large commit name the message before the first of them.
  const { prev } = message;
  const born = message.state.incarnation > prev;
  if (prev === 0 || (born && unit > 0)) return absent;
  const base = await tails.asOf(aggregate, prev);
  if (!base && !born) throw gone(prev);
  return base ?? absent;
};

/** With what the unit's own producer had written, if that was no longer listed: the unit was accepted, so that is sure. */
const withOwn = (producers: readonly Producer[], own: Producer | undefined): readonly Producer[] => {
  if (!own || own.seq === 0 || producers.some(({ id }) => id === own.id)) return producers;
  return [{ ...own, seq: own.seq - 1 }, ...producers];
};

/** What a unit was decided on: the stream before its message, and the units ahead of it in that. */
export const viewBefore = async <S>(
  tails: Tails,
  aggregate: Aggregate<S>,
  found: { readonly message: LogMessage; readonly unit: number },
): Promise<StreamView<S>> => {
  const { message, unit } = found;
  const base = viewOf(await baseOf(tails, aggregate, found));
  const own = message.units[unit]?.producer;
  if (unit === 0) return { ...base, producers: withOwn(base.producers, own) };
  let list = { producers: base.producers, more: false };
  let { lastStreamSeq } = base;
  for (const { producer, streamSeq } of message.units.slice(0, unit)) {
    if (producer) list = listed(list, producer);
    lastStreamSeq = streamSeq ?? lastStreamSeq;
  }
  const events = message.events.filter((event) => event.unit < unit);
  const evolve = (state: S, event: LogMessage['events'][number]): S => aggregate.evolve?.(state, event) ?? state;
  return {
    ...base,
    exists: true,
    contentType: message.state.contentType,
    producers: withOwn(list.producers, own),
    ...(lastStreamSeq !== undefined && { lastStreamSeq }),
    state: events.reduce(evolve, base.state),
  };
};
