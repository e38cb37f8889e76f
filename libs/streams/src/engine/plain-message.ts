import { encodeMessage } from '../codec/format-v1.js';
import type { UnitDraft } from '../port/command.js';
import type { EncodedMessage } from '../port/message.js';
import { START } from '../port/offset.js';

const EMPTY = Buffer.from('[]');

/** A message without a past: nobody guards it, so nobody knows what came before. Without a fact its place is all that matters. */
export const plainMessage = (id?: string, fact?: UnitDraft): EncodedMessage =>
  encodeMessage({
    kind: 'commit',
    prev: 0,
    units: id !== undefined && fact ? [{ id, count: fact.count }] : [],
    events: fact?.events.map((event) => ({ unit: 0, ...event })) ?? [],
    types: fact?.types ?? [],
    state: {
      incarnation: 0,
      contentType: 'application/json',
      closed: false,
      tail: START,
      producers: [],
      hot: null,
      coldAt: 'none',
    },
    payload: fact && fact.count > 0 ? Buffer.concat([Buffer.from('['), fact.body, Buffer.from(']')]) : EMPTY,
  });
