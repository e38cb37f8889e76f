import { LARGE_BODY_BYTES } from '@app/contracts';
import { withHeader, withParams } from '../draft.js';
import { body, declared, header, MISSING, params, query, type Refusal, type Refusals } from './refusal.js';
import { gap, staleEpoch } from './entities.js';

const onStream =
  (kind: 'gone' | 'closed'): Refusal =>
  (draft, { world }) =>
    withParams(draft, { path: world.any(world[kind]) });

/** Places that are written by the server only. */
const outside: Refusal = (draft, { world }) => {
  const { type, id } = world.any(world.live);
  return withParams(draft, { path: world.any([`${type}/${id}/main`, `${type}/${id}/attachments/a`, '_cron/x']) });
};

/** There already, and as it is to be. */
const asItWas: Refusal = async (draft, { world }) => {
  await world.did(draft);
  // Under its own key it would be told the first answer once more.
  return withHeader(draft, 'Idempotency-Key', world.name('key'));
};

const unchanged: Refusal = async (draft, { world }) => {
  const asked = { ...draft, query: [['offset', '-1'] as const] };
  const { headers } = await world.did(asked);
  return withHeader(asked, 'if-none-match', String(headers['etag']));
};

const NOTHING_NEW = query(['offset', 'now'], ['live', 'long-poll']);
const BAD_OFFSET = query(['offset', 'nowhere']);
const BAD_NAME = params({ path: 'fuzz/a%00b' });

const READS: Refusals = { '204': NOTHING_NEW, '304': unchanged };

// With one place for them, the second of two is turned away.
const OVERLOADED = declared(LARGE_BODY_BYTES + 1, 2);

/** Of reads and writes by the protocol of streams. */
export const STREAMS: Readonly<Record<string, Refusals>> = {
  'streams.read': {
    ...READS,
    '400 INVALID_REQUEST': BAD_OFFSET,
    // Before there was the stream.
    '410 GONE': query(['offset', `${'1'.padStart(16, '0')}_${'5'.padStart(16, '0')}`]),
  },
  'plainStreams.head': { '400': BAD_NAME, '410': onStream('gone') },
  'plainStreams.read': { ...READS, '400 INVALID_REQUEST': BAD_OFFSET, '410 GONE': onStream('gone') },
  'plainStreams.create': {
    '200': asItWas,
    '400 INVALID_REQUEST': header('stream-ttl', '01'),
    '403 UNAUTHORIZED': params({ path: '_cron/x' }),
    '404 NOT_FOUND': header('stream-forked-from', `/fuzz/${MISSING}`),
    '409 CONFLICT': (draft, { world }) =>
      withHeader(withParams(draft, { path: world.any(world.streams) }), 'content-type', 'text/other'),
    '429 OVERLOADED': OVERLOADED,
    '409 of one that is gone': onStream('gone'),
    outside: outside,
  },
  'plainStreams.append': {
    '400 INVALID_REQUEST': body([]),
    '403 UNAUTHORIZED': params({ path: '_cron/x' }),
    '409 CONFLICT': onStream('closed'),
    '410 GONE': onStream('gone'),
    '429 OVERLOADED': OVERLOADED,
    '403 of its epoch': staleEpoch,
    '409 of a gap': gap,
    outside,
  },
  'plainStreams.remove': { '403 UNAUTHORIZED': params({ path: '_cron/x' }), '410 GONE': onStream('gone'), outside },
};
