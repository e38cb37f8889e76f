import { GROWING, MANY, OPEN, OWNER, SINK, STRANGER, TYPED } from '../world.js';
import { withFields } from '../draft.js';
import { reusedKey } from './common.js';
import { asItIs, body, both, by, fields, MISSING, params, query, type Refusal, type Refusals } from './refusal.js';

const described =
  (path: string): Refusal =>
  (draft, { world }) => ({
    ...draft,
    json: { name: world.name('fz-described'), serve_endpoint: `${world.describer}/${path}` },
  });

const BAD_LIMIT = query(['limit', '0']);

/** Who passes every check may name what is not there yet. */
const nobodyWaitsFor = (what: object): Refusal => both(by(OWNER), fields(what));

/** Of types, lists, wakes, operations and shapes. */
export const CONTROL_PLANE: Readonly<Record<string, Refusals>> = {
  'entityTypes.register': {
    '400 SERVE_ENDPOINT_NAME_MISMATCH': described('other-name'),
    '401 UNAUTHORIZED': both(by(STRANGER), fields({ name: OPEN })),
    '422 SCHEMA_VALIDATION_FAILED': fields({ slash_commands: [{ name: 'Not Allowed' }] }),
    '502 SERVE_ENDPOINT_UNREACHABLE': described('broken'),
    'a schema beyond the subset': fields({ creation_schema: { patternProperties: {} } }),
  },
  'entityTypes.list': { '400 INVALID_REQUEST': BAD_LIMIT },
  'entityTypes.delete': { '400 of its own type': params({ name: 'principal' }) },
  'entityTypes.amend': {
    '409 SCHEMA_KEY_EXISTS': both(params({ name: TYPED }), body({ inbox_schemas: { note: {} } })),
  },
  'entities.list': { '400 INVALID_REQUEST': BAD_LIMIT, '503 UNAVAILABLE': asItIs },
  'pastAndTree.tree': { '503 UNAVAILABLE': asItIs },
  'observations.entities': {
    '400 INVALID_REQUEST': fields({ tags: 1 }),
    // Only what was written is remembered.
    '409 IDEMPOTENCY_KEY_REUSED': (draft, kitchen) =>
      reusedKey(withFields(draft, { tags: { fuzz: kitchen.world.name('tag') } }), kitchen),
  },
  'typeGrants.list': { '401 UNAUTHORIZED': by(STRANGER) },
  'typeGrants.give': { '400 INVALID_REQUEST': fields({ permission: 'fly' }), '401 UNAUTHORIZED': by(STRANGER) },
  'typeGrants.revoke': {
    '400 INVALID_REQUEST': params({ grantId: '-3' }),
    '401 UNAUTHORIZED': by(STRANGER),
    '404 of the grant': params({ name: GROWING, grantId: '77777' }),
  },
  'wakes.register': {
    '401 UNAUTHORIZED': by(STRANGER),
    '404 NOT_FOUND': nobodyWaitsFor({ sourceUrl: `/${OPEN}/${MISSING}` }),
    '404 of the subscriber': nobodyWaitsFor({ subscriberUrl: `/${OPEN}/${MISSING}` }),
  },
  'wakes.unregister': {
    '400 INVALID_WAKE_UNREGISTER': body({ subscriberUrl: SINK }),
    '401 UNAUTHORIZED': by(STRANGER),
    '404 NOT_FOUND': nobodyWaitsFor({ subscriberUrl: `/${OPEN}/${MISSING}` }),
  },
  'operations.start': {
    '503 UNAVAILABLE': body({ kind: 'signal', signal: 'SIGUSR', filter: { type: MANY } }),
    '400 of the signal': body({ kind: 'signal', filter: { type: MANY } }),
    '400 of the URL': body({ kind: 'spawn', entities: [{ url: 'nowhere' }] }),
  },
  'operations.get': { '404 NOT_FOUND': params({ id: MISSING }), '404 of others': by(STRANGER) },
  'operations.cancel': { '404 NOT_FOUND': params({ id: MISSING }), '404 of others': by(STRANGER) },
  'shapes.read': {
    '400 INVALID_REQUEST': query(['table', 'entities']),
    '400 INVALID_WHERE': query(['table', 'entities'], ['offset', '-1'], ['where', "a='"]),
    '403 TABLE_NOT_ALLOWED': query(['table', 'secrets'], ['offset', '-1']),
    // Of another shape.
    '409': query(['table', 'entities'], ['offset', '0_0'], ['handle', `${'0'.repeat(24)}-1-0-0`]),
    '503 UNAVAILABLE': asItIs,
    '400 of the handle': query(['table', 'entities'], ['offset', '0_0'], ['handle', MISSING]),
  },
};
