import { Subscriber, type OnEvent } from '../client/subscriber.js';
import type { Contestant } from '../contestants/contestant.js';

// As many connections at a time as a server takes without keeping any waiting.
const AT_A_TIME = 50;

/** One reader of each path, from its end, all of them connected. */
export const subscribe = async (
  { origin }: Contestant,
  paths: readonly string[],
  onEvent: OnEvent,
): Promise<Subscriber[]> => {
  const opened: Subscriber[] = [];
  for (let at = 0; at < paths.length; at += AT_A_TIME)
    opened.push(
      ...(await Promise.all(
        paths.slice(at, at + AT_A_TIME).map((path) => Subscriber.open(origin, `${path}?offset=now&live=sse`, onEvent)),
      )),
    );
  return opened;
};

export const closeAll = (subscribers: readonly Subscriber[]): void => {
  for (const subscriber of subscribers) subscriber.close();
};
