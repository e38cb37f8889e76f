import { describe, expect, it } from '@jest/globals';
import { NOW } from '@app/testing/entity-examples.js';
import { allows, allowsType, inheritedUntil, NEVER, ownUntil } from './allows.js';
import { askerOf } from './asker.js';
import type { EntityGrant } from './grant.js';
import { ENTITY_PERMISSIONS } from './permissions.js';

const ALICE = '/principal/user%3Aalice';
const BOB = '/principal/user%3Abob';
const alice = askerOf(ALICE);
const bob = askerOf(BOB);

const grant = (fields: Partial<EntityGrant> = {}): EntityGrant => ({
  id: 1,
  permission: 'read',
  subject: BOB,
  createdBy: ALICE,
  at: NOW - 1,
  ...fields,
});
const entity = (...grants: EntityGrant[]) => ({ createdBy: ALICE, grants });

describe('who may do something with an entity', () => {
  it.each(ENTITY_PERMISSIONS)('the owner may %s, a stranger may not', (permission) => {
    expect(allows(alice, permission, entity(), [], NOW)).toBe(true);
    expect(allows(bob, permission, entity(), [], NOW)).toBe(false);
  });

  it.each(['system:framework', 'system:auth-sync', 'system:dev-local'])('%s may', (key) =>
    expect(allows(askerOf(`/principal/${encodeURIComponent(key)}`), 'delete', entity(), [], NOW)).toBe(true),
  );
  it.each(['system:other', 'service:framework', 'user:system:framework'])('%s may not', (key) =>
    expect(allows(askerOf(`/principal/${encodeURIComponent(key)}`), 'read', entity(), [], NOW)).toBe(false),
  );
  it('what is no principal may nothing, whatever is granted', () => {
    expect(askerOf('/principal/nobody')).toBeUndefined();
    expect(allows(undefined, 'read', { createdBy: '', grants: [grant({ subject: '' })] }, [], NOW)).toBe(false);
  });

  it('a grant gives its permission and no other', () => {
    for (const given of ENTITY_PERMISSIONS)
      for (const asked of ENTITY_PERMISSIONS)
        expect(allows(bob, asked, entity(grant({ permission: given })), [], NOW)).toBe(
          given === asked || given === 'manage',
        );
  });

  it('a grant is for its subject only: a principal, or everybody of a kind', () => {
    expect(allows(bob, 'read', entity(grant({ subject: 'user' })), [], NOW)).toBe(true);
    expect(allows(bob, 'read', entity(grant({ subject: 'agent' })), [], NOW)).toBe(false);
    expect(allows(bob, 'read', entity(grant({ subject: `${BOB}2` })), [], NOW)).toBe(false);
    expect(allows(askerOf('/principal/agent%3Abob'), 'read', entity(grant()), [], NOW)).toBe(false);
  });

  it('a grant ends at its expiry, and the longest one counts', () => {
    const grants = [grant({ expiresAt: NOW + 5 }), grant({ expiresAt: NOW + 9, permission: 'manage' })];
    expect(ownUntil(bob, 'read', entity(...grants), NOW)).toBe(NOW + 9);
    expect(ownUntil(bob, 'read', entity(...grants), NOW + 9)).toBe(NEVER);
    expect(allows(bob, 'read', entity(...grants), [], NOW + 8)).toBe(true);
    expect(allows(bob, 'read', entity(...grants), [], NOW + 9)).toBe(false);
    expect(ownUntil(bob, 'read', entity(...grants, grant()), NOW)).toBe(Infinity);
  });

  it('a grant of an ancestor counts when it reaches the descendants', () => {
    expect(allows(bob, 'read', entity(), [entity(), entity(grant({ descendants: true }))], NOW)).toBe(true);
    expect(allows(bob, 'read', entity(), [entity(grant())], NOW)).toBe(false);
    expect(allows(bob, 'read', entity(), [entity(grant({ descendants: true, expiresAt: NOW }))], NOW)).toBe(false);
    expect(inheritedUntil(bob, 'read', entity(grant({ descendants: true, expiresAt: NOW + 1 })), NOW)).toBe(NOW + 1);
  });

  it('to own an ancestor allows nothing with what is below it', () => {
    expect(allows(bob, 'read', entity(), [{ ...entity(), createdBy: BOB } as object], NOW)).toBe(false);
  });
});

describe('who may do something with an entity type', () => {
  const type = { id: 1, permission: 'spawn', subject: 'user', createdBy: ALICE, at: NOW } as const;
  it.each([
    ['nobody without a grant', bob, 'spawn', [], false],
    ['the built-in principals', askerOf('/principal/system%3Aframework'), 'manage', [], true],
    ['whom a grant names', bob, 'spawn', [type], true],
    ['not to manage, with a grant to spawn', bob, 'manage', [type], false],
    ['to spawn, with a grant to manage', bob, 'spawn', [{ ...type, permission: 'manage' }], true],
    ['not when it has expired', bob, 'spawn', [{ ...type, expiresAt: NOW }], false],
    ['not what is no principal', undefined, 'spawn', [type], false],
  ] as const)('%s', (_who, asker, permission, grants, may) =>
    expect(allowsType(asker, permission, grants, NOW)).toBe(may),
  );
});
