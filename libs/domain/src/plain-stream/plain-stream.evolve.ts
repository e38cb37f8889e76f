import { present } from '../kernel/present.js';
import type { PlainStreamEvent } from './plain-stream.events.js';
import { absentStream, NO_TIES, type PlainStream, type Reference, type Ties } from './plain-stream.state.js';

const tied = ({ fork, links }: Ties, references: readonly Reference[]): Ties =>
  fork === undefined && links === undefined && references.length === 0 ? NO_TIES : present({ fork, references, links });

const linked = ({ links = [], ...ties }: Ties, entity: string): Ties => ({
  ...ties,
  links: [...links.filter((known) => known !== entity), entity],
});

/** Total: facts of a newer version, and facts about a stream that is not there, change nothing. */
export const evolvePlainStream = (state: PlainStream, event: PlainStreamEvent): PlainStream => {
  if (event.type === 'created') {
    const { at, expiry, fork } = event.data;
    return {
      situation: 'live',
      renewedAt: at,
      ties: tied(present({ fork, references: [] }), []),
      ...present({ expiry }),
    };
  }
  if (state.situation === 'absent') return state;
  const { ties } = state;
  switch (event.type) {
    case 'renewed':
      return state.situation === 'live' ? { ...state, renewedAt: event.data.at } : state;
    case 'referenced':
      return { ...state, ties: tied(ties, [...ties.references, event.data]) };
    case 'unreferenced':
      return {
        ...state,
        ties: tied(
          ties,
          ties.references.filter(({ id }) => id !== event.data.id),
        ),
      };
    case 'linked':
      return { ...state, ties: linked(ties, event.data.entity) };
    case 'deleted':
      return ties.references.length === 0 ? absentStream : { situation: 'gone', ties };
    default:
      return state;
  }
};
