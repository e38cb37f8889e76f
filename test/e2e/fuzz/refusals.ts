import { withFields, withHeader, withParams, type Draft } from './draft.js';
import { multipart } from './multipart.js';
import { baseId, type Kitchen } from './recipes.js';
import { MANY, OPEN, SINK, STRANGER, TYPED } from './world.js';

/** Makes of a valid request one that must be refused, for a reason that is no defect of form. */
type Refusal = (draft: Draft, kitchen: Kitchen) => Draft;

const MISSING = 'not-there';

const by =
  (principal: string): Refusal =>
  (draft) =>
    withHeader(draft, 'electric-principal', principal);

const missing: Refusal = (draft) => {
  const { params } = draft;
  if (params['path'] !== undefined) return withParams(draft, { path: `fuzz/${MISSING}` });
  if (params['name'] !== undefined) return withParams(draft, { name: MISSING });
  return withParams(draft, { id: MISSING });
};

const missingType: Refusal = (draft) =>
  draft.params['type'] === undefined
    ? missing(draft, {} as Kitchen)
    : withParams(draft, { type: MISSING, id: MISSING });

const ended: Refusal = (draft, { world }) =>
  draft.params['type'] === undefined ? draft : withParams(draft, { ...world.any(world.ended) });

const reusedKey: Refusal = (draft, { world }) => withHeader(draft, 'Idempotency-Key', world.usedKey);

const typed: Refusal = (draft, { world }) => withParams(draft, { ...world.of(TYPED) });

const wrongToken: Refusal = (draft) => withHeader(draft, 'authorization', 'Bearer not-a-token');

/** For every operation. */
const GENERAL: readonly Refusal[] = [by(STRANGER), by('nobody'), by('user:'), missing, missingType, ended, reusedKey];

const onStream =
  (kind: 'gone' | 'closed'): Refusal =>
  (draft, { world }) =>
    withParams(draft, { path: world.any(world[kind]) });

const outside: Refusal = (draft, { world }) => {
  const { type, id } = world.any(world.live);
  return withParams(draft, { path: world.any([`${type}/${id}/main`, `${type}/${id}/attachments/a`, '_cron/x']) });
};

const gap: Refusal = (draft) =>
  withHeader(withHeader(withHeader(draft, 'producer-id', 'gap'), 'producer-epoch', '0'), 'producer-seq', '7');

const staleEpoch: Refusal = (draft) =>
  withHeader(withHeader(withHeader(draft, 'producer-id', 'epochs'), 'producer-epoch', '0'), 'producer-seq', '0');

const newEpoch: Refusal = (draft) => withHeader(staleEpoch(draft, {} as Kitchen), 'producer-epoch', '1');

const described =
  (path: string): Refusal =>
  (draft, { world }) => ({
    ...draft,
    json: { name: world.name('fz-described'), serve_endpoint: `${world.describer}/${path}` },
  });

const fields =
  (given: object): Refusal =>
  (draft) =>
    withFields(draft, given);

const STREAM_READS: readonly Refusal[] = [onStream('gone'), onStream('closed')];

/** What else single operations refuse. */
const SPECIAL: Readonly<Record<string, readonly Refusal[]>> = {
  'entityTypes.register': [
    described('other-name'),
    described('broken'),
    fields({ slash_commands: [{ name: 'Not Allowed' }] }),
    fields({ creation_schema: { patternProperties: {} } }),
    (draft, kitchen) => by(STRANGER)(withFields(draft, { name: OPEN }), kitchen),
  ],
  'entityTypes.amend': [fields({ inbox_schemas: { note: {} } }), (draft) => withParams(draft, { name: TYPED })],
  'entityTypes.delete': [(draft) => withParams(draft, { name: 'principal' })],
  'entities.spawn': [
    (draft, { world }) => withParams(draft, { ...world.any(world.live) }),
    (draft, { world }) =>
      withParams(withFields(draft, { args: { n: 'no number' } }), { type: TYPED, id: world.name('x') }),
    fields({ parent: `/${OPEN}/${MISSING}` }),
    fields({ dispatch_policy: { targets: [{ type: 'runner', runnerId: MISSING }] } }),
    (draft) => withParams(draft, { type: MISSING }),
  ],
  'entityWrites.send': [
    (draft, kitchen) => typed(withFields(draft, { type: 'note', payload: {} }), kitchen),
    (draft, kitchen) => typed(withFields(draft, { type: 'unknown' }), kitchen),
    fields({ from: '/principal/user%3Abob' }),
    fields({ type: 'composer_input', payload: { nodes: 1 } }),
  ],
  'collections.write': [
    (draft) => withParams(draft, { collection: 'none' }),
    (draft, kitchen) => typed(withParams({ ...draft, json: { operation: 'insert', value: {} } }, {}), kitchen),
    (draft, kitchen) =>
      withParams({ ...typed(draft, kitchen), json: { operation: 'insert', value: { n: 1 } } }, { collection: 'odd' }),
  ],
  'entityGrants.revoke': [
    (draft) => withParams(draft, { grantId: '0' }),
    (draft) => withParams(draft, { grantId: '77' }),
  ],
  'typeGrants.revoke': [
    (draft) => withParams(draft, { grantId: '-3' }),
    (draft) => withParams(draft, { grantId: '77' }),
  ],
  'attachments.attach': [
    (draft, { world }) => {
      const { type, id, attachmentId } = world.any(world.attachments);
      const { bytes } = multipart({ id: attachmentId, subjectType: 'inbox', subjectKey: 'm' }, 'again');
      return withParams({ ...draft, bytes }, { type, id });
    },
    (draft) => ({ ...draft, bytes: multipart({ id: 'no-file' }).bytes }),
  ],
  'attachments.download': [(draft) => withParams(draft, { attachmentId: MISSING })],
  'attachments.remove': [(draft) => withParams(draft, { attachmentId: MISSING })],
  'claims.heartbeat': [fields({ claimEpoch: 77 }), wrongToken],
  'claims.release': [fields({ claimEpoch: 77 }), wrongToken],
  'wakes.register': [fields({ sourceUrl: `/${OPEN}/${MISSING}` }), fields({ subscriberUrl: `/${OPEN}/${MISSING}` })],
  'wakes.unregister': [
    (draft) => ({ ...draft, json: { subscriberUrl: SINK } }),
    fields({ subscriberUrl: `/${OPEN}/${MISSING}` }),
  ],
  'operations.start': [
    (draft) => ({ ...draft, json: { kind: 'signal', filter: { type: MANY } } }),
    (draft) => ({ ...draft, json: { kind: 'spawn', entities: [{ url: 'nowhere' }] } }),
  ],
  'shapes.read': [
    (draft) => ({ ...draft, query: [['table', 'secrets'] as const, ['offset', '-1'] as const] }),
    (draft) => ({ ...draft, query: [...draft.query, ['where', "a='"] as const] }),
    (draft) => ({
      ...draft,
      query: [
        ['table', 'entities'],
        ['offset', '0_0'],
        ['handle', MISSING],
      ],
    }),
  ],
  'append.append': [
    wrongToken,
    gap,
    newEpoch,
    staleEpoch,
    (draft, { world }) => withParams(draft, { ...world.any(world.ended) }),
  ],
  'streams.read': [...STREAM_READS],
  'plainStreams.head': [...STREAM_READS],
  'plainStreams.read': [...STREAM_READS],
  'plainStreams.create': [
    outside,
    onStream('gone'),
    (draft, { world }) =>
      withHeader(withParams(draft, { path: world.any(world.streams) }), 'content-type', 'text/other'),
    (draft) => withHeader(draft, 'stream-forked-from', `/fuzz/${MISSING}`),
  ],
  'plainStreams.append': [...STREAM_READS, outside, gap, newEpoch, staleEpoch],
  'plainStreams.remove': [...STREAM_READS, outside],
};

/** A request of good form that the state of things, or who asks, does not allow. */
export const refusedDraft = (draft: Draft, kitchen: Kitchen): Draft => {
  const special = SPECIAL[baseId(draft.operation.id)] ?? [];
  const among = special.length > 0 && kitchen.world.chance.next() < 0.5 ? special : GENERAL;
  return { ...kitchen.world.any(among)(draft, kitchen), flavour: 'refused' };
};
