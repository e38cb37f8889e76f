import { describe, expect, it } from '@jest/globals';
import { DURABILITY_CLASSES, durabilityOf, meets, requiredDurability } from './durability-class.js';

describe('durabilityOf', () => {
  it.each([
    [{ storage: 'memory', replicas: 3, sync: 'always' }, 'memory'],
    [{ storage: 'file', replicas: 1, sync: 120_000 }, 'page-cache'],
    [{ storage: 'file', replicas: 1, sync: 'always' }, 'fsync'],
    [{ storage: 'file', replicas: 2, sync: 120_000 }, 'page-cache'],
    [{ storage: 'file', replicas: 3, sync: 120_000 }, 'quorum'],
    [{ storage: 'file', replicas: 5, sync: 'always' }, 'quorum+fsync'],
  ] as const)('calls %j %s', (facts, expected) => {
    expect(durabilityOf(facts)).toBe(expected);
  });

  it('counts an unknown sync setting as none', () => {
    expect(durabilityOf({ storage: 'file', replicas: 1, sync: 'unknown' })).toBe('page-cache');
  });
});

describe('meets', () => {
  it('is a total order from memory to quorum+fsync', () => {
    DURABILITY_CLASSES.forEach((least, i) => {
      DURABILITY_CLASSES.forEach((actual, j) => expect(meets(least, actual)).toBe(j >= i));
    });
  });
});

describe('requiredDurability', () => {
  it('asks production for what its replicas should give', () => {
    expect(requiredDurability({ mode: 'production', replicas: 1 })).toBe('fsync');
    expect(requiredDurability({ mode: 'production', replicas: 3 })).toBe('quorum');
  });

  it('asks development for nothing', () => {
    expect(requiredDurability({ mode: 'development', replicas: 1 })).toBe('memory');
  });

  it('follows the operator in both directions', () => {
    expect(requiredDurability({ mode: 'production', replicas: 1, configured: 'page-cache' })).toBe('page-cache');
    expect(requiredDurability({ mode: 'development', replicas: 1, configured: 'fsync' })).toBe('fsync');
  });
});
