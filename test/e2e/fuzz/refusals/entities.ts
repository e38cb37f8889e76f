import { withFields, withHeader, withParams, type Draft } from '../draft.js';
import { multipart } from '../multipart.js';
import { MAX_FILE_BYTES, OPEN, STRANGER, TYPED, type Claimed } from '../world.js';
import { body, both, by, fields, header, MISSING, params, type Refusal, type Refusals } from './refusal.js';

const typed: Refusal = (draft, { world }) => withParams(draft, { ...world.of(TYPED) });

const spawnedTyped =
  (given: object): Refusal =>
  (draft, { world }) =>
    withParams(withFields(draft, given), { type: TYPED, id: world.name('x') });

const row = (value: unknown): Refusal => both(typed, body({ operation: 'insert', value }));

const note = (given: object): Refusal => both(typed, fields(given));

const file =
  (content?: string): Refusal =>
  (draft, { world }) => ({ ...draft, bytes: multipart({ id: world.name('file') }, content).bytes });

const sameFile: Refusal = (draft, { world }) => {
  const { type, id, attachmentId } = world.any(world.attachments);
  const { bytes } = multipart({ id: attachmentId, subjectType: 'inbox', subjectKey: 'm' }, 'again');
  return withParams({ ...draft, bytes }, { type, id });
};

const onEnded: Refusal = (draft, { world }) => withParams(draft, { ...world.any(world.ended) });

const WRONG_TOKEN = header('authorization', 'Bearer not-a-token');

/** With the proof of a claim. */
const proving = (draft: Draft, { type, id, token, epoch }: Claimed): Draft =>
  withHeader(withParams({ ...draft, json: { claimEpoch: epoch } }, { type, id }), 'authorization', `Bearer ${token}`);

const releasedClaim: Refusal = async (draft, { world }) => {
  const claim = await world.newClaim(OPEN);
  await world.release(claim);
  return proving(draft, claim);
};

const supersededClaim: Refusal = async (draft, { world }) => {
  const claim = await world.newClaim(OPEN);
  await world.claim(claim);
  return proving(draft, claim);
};

/** Its agent lists a file that is still on its way. */
const unfinishedFile: Refusal = async (draft, { world }) => {
  const claim = await world.newClaim(OPEN);
  const attachmentId = world.name('unfinished');
  const value = { key: `attachment:${attachmentId}`, kind: 'attachment', id: attachmentId, status: 'uploading' };
  await world.append(claim, [{ type: 'manifest', key: value.key, value, headers: { operation: 'upsert' } }]);
  return withParams(draft, { type: claim.type, id: claim.id, attachmentId });
};

const claimedOf =
  (type: string, event: object): Refusal =>
  async (draft, { world }) => {
    const claim = await world.newClaim(type);
    const json = [{ key: 'k', value: {}, headers: { operation: 'insert' }, ...event }];
    return { ...proving(draft, claim), json };
  };

const afterTheEnd: Refusal = async (draft, { world }) => {
  const { json } = draft;
  const claim = await world.newClaim(OPEN);
  await world.end(claim);
  return { ...proving(draft, claim), json };
};

const producer = (id: string, epoch: number, seq: number): Refusal =>
  both(header('producer-id', id), header('producer-epoch', String(epoch)), header('producer-seq', String(seq)));

const newProducer: Refusal = (draft, kitchen) => producer(kitchen.world.name('p'), 0, 0)(draft, kitchen);

/** Of a producer that has left out some, or that a later one has taken over from. */
export const gap = producer('gap', 0, 7);

export const staleEpoch: Refusal = async (draft, kitchen) => {
  const id = kitchen.world.name('epochs');
  await kitchen.world.did(await producer(id, 1, 0)(draft, kitchen));
  return producer(id, 0, 0)(draft, kitchen);
};

/** Of single entities, and of what belongs to them. */
export const ENTITIES: Readonly<Record<string, Refusals>> = {
  'entities.spawn': {
    '404 NOT_FOUND': fields({ parent: `/${OPEN}/${MISSING}` }),
    '409 DUPLICATE_URL': (draft, { world }) => withParams(draft, { ...world.of(OPEN) }),
    '422 SCHEMA_VALIDATION_FAILED': spawnedTyped({ args: { n: 'no number' } }),
    '422 UNKNOWN_MESSAGE_TYPE': spawnedTyped({ initialMessage: 1, initialMessageType: 'unknown' }),
    'a runner that is not there': fields({ dispatch_policy: { targets: [{ type: 'runner', runnerId: MISSING }] } }),
  },
  'entities.kill': { '409 INVALID_SIGNAL': onEnded },
  'entityWrites.send': {
    '422 SCHEMA_VALIDATION_FAILED': note({ type: 'note', payload: {} }),
    '422 UNKNOWN_MESSAGE_TYPE': note({ type: 'unknown' }),
    '400 of the sender': fields({ from: '/principal/user%3Abob' }),
    '400 of the composer': fields({ type: 'composer_input', payload: { nodes: 1 } }),
  },
  'entityWrites.signal': { '409 INVALID_SIGNAL': onEnded },
  'collections.write': {
    '403 UNAUTHORIZED': params({ collection: 'none' }),
    '422 SCHEMA_VALIDATION_FAILED': row({}),
    '422 UNKNOWN_EVENT_TYPE': both(row({ n: 1 }), params({ collection: 'odd' })),
  },
  'entityGrants.list': { '401 UNAUTHORIZED': by(STRANGER) },
  'entityGrants.give': { '401 UNAUTHORIZED': by(STRANGER) },
  'entityGrants.revoke': {
    '401 UNAUTHORIZED': by(STRANGER),
    '404 NOT_FOUND': params({ grantId: '77777' }),
    '400 of the grant': params({ grantId: '0' }),
  },
  'attachments.attach': {
    // Also when it may have been done before.
    '409 NOT_RUNNING': (draft, { world }) =>
      withHeader(withParams(draft, { ...world.any(world.ended) }), 'Idempotency-Key', world.name('key')),
    '409 INVALID_REQUEST': sameFile,
    '413 INVALID_REQUEST': file('x'.repeat(MAX_FILE_BYTES + 1)),
    '400 without a file': file(),
  },
  'attachments.download': { '404 NOT_FOUND': params({ attachmentId: MISSING }), '409 INVALID_REQUEST': unfinishedFile },
  'attachments.remove': { '404 NOT_FOUND': params({ attachmentId: MISSING }) },
  'claims.heartbeat': {
    '401 UNAUTHORIZED': WRONG_TOKEN,
    '409 FENCED': releasedClaim,
    '409 of another': fields({ claimEpoch: 77 }),
  },
  'claims.release': {
    '401 UNAUTHORIZED': WRONG_TOKEN,
    '409 FENCED': supersededClaim,
    '409 of another': fields({ claimEpoch: 77 }),
  },
  'append.append': {
    '200': newProducer,
    '400 INVALID_REQUEST': body([]),
    '401 UNAUTHORIZED': WRONG_TOKEN,
    '403 UNAUTHORIZED': header('stream-closed', 'true'),
    '409 CONFLICT': gap,
    '409 NOT_RUNNING': afterTheEnd,
    '422 SCHEMA_VALIDATION_FAILED': claimedOf(TYPED, { type: 'row' }),
    '422 UNKNOWN_EVENT_TYPE': claimedOf(TYPED, { type: 'unheard-of' }),
    '403 of its epoch': staleEpoch,
  },
};
