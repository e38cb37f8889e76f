import type { Operation } from '../document.js';
import { withHeader, withParams } from '../draft.js';
import { STRANGER } from '../world.js';
import { by, declared, MISSING, params, type Refusal, type Refusals } from './refusal.js';

const TOO_LARGE = 64 * 1024 * 1024 + 1;

export const missing: Refusal = (draft) => {
  // It would be there ever after.
  if (draft.method === 'PUT') return draft;
  if (draft.params['path'] !== undefined) return withParams(draft, { path: `fuzz/${MISSING}` });
  return withParams(draft, draft.params['name'] === undefined ? { id: MISSING } : { name: MISSING });
};

export const missingType = params({ type: MISSING, id: MISSING });

export const ended: Refusal = (draft, { world }) =>
  draft.params['type'] === undefined ? draft : withParams(draft, { ...world.any(world.ended) });

/** It is done once, and then asked for something else. */
export const reusedKey: Refusal = async (draft, { world }) => {
  const keyed = withHeader(draft, 'Idempotency-Key', world.name('reused'));
  await world.did(keyed);
  return { ...keyed, query: [...keyed.query, ['other', 'request']] };
};

const badKey: Refusal = (draft) => withHeader(draft, 'Idempotency-Key', '');

const has = ({ parameters }: Operation, name: string): boolean => parameters.some((each) => each.name === name);

/** By the parts that operations have in common. */
export const commonRefusals = (operation: Operation): Refusals => {
  const { id, path, method, body } = operation;
  const keyed = has(operation, 'Idempotency-Key');
  const told = (status: number, code: string): string =>
    method === 'HEAD' ? `${String(status)}` : `${String(status)} ${code}`;
  return {
    ...(!id.startsWith('health.') && { [told(401, 'UNAUTHORIZED')]: by('nobody') }),
    ...(body !== undefined && { '413 PAYLOAD_TOO_LARGE': declared(TOO_LARGE) }),
    ...(keyed && { '400 INVALID_REQUEST': badKey, '409 IDEMPOTENCY_KEY_REUSED': reusedKey }),
    ...(path.includes('/{') && { [told(404, 'NOT_FOUND')]: missing }),
    ...(path.includes('{type}') && {
      [told(400, 'INVALID_REQUEST')]: params({ id: 'a%00b' }),
      [told(404, 'UNKNOWN_ENTITY_TYPE')]: missingType,
      '409 NOT_RUNNING': ended,
    }),
  };
};

/** Who asks, and of what, for any operation; what is answered depends on it. */
export const ANYWHERE: readonly Refusal[] = [
  by(STRANGER),
  by('nobody'),
  by('user:'),
  missing,
  (draft, kitchen) => (draft.params['type'] === undefined ? missing : missingType)(draft, kitchen),
  ended,
  reusedKey,
];
