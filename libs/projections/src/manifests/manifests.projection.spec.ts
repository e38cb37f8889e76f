import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@app/domain';
import { rowsAfter, type MessageSpec } from '@app/testing/projection-spec.js';
import { attachmentsProjection } from './attachments.projection.js';
import { manifestsProjection } from './manifests.projection.js';

const path = 'chat/42/main';
const entry = (key: Json, value: JsonObject | undefined, operation = 'upsert'): Json => ({
  type: 'manifest',
  key,
  ...(value && { value }),
  headers: { operation },
});
const message = (...items: readonly Json[]): MessageSpec => ({ path, items });
const manifests = (...specs: readonly MessageSpec[]): unknown => rowsAfter(manifestsProjection, specs).manifests;

describe('the manifest of an entity', () => {
  it('has what was written last under each key', () => {
    const rows = manifests(
      message(entry('a', { kind: 'goal', n: 1 }), entry('b', { kind: 'goal' })),
      message(entry('a', { kind: 'goal', n: 2 }), { type: 'run', key: 'a', value: {}, headers: {} }),
      message(entry('b', undefined, 'delete')),
    );
    expect(rows).toEqual([
      expect.objectContaining({
        url: '/chat/42',
        key: '"a"',
        kind: '"goal"',
        source: null,
        value: '{"kind":"goal","n":2}',
      }),
    ]);
  });

  it('says which source an entry observes', () => {
    const value = { kind: 'source', sourceType: 'entities', sourceRef: 'x-y' };
    expect(manifests(message(entry('s', value)))).toEqual([expect.objectContaining({ source: '"entities:x-y"' })]);
  });

  it('leaves out what has no key, or one that no index holds, and takes any value', () => {
    const odd = entry('odd', { kind: 1, sourceRef: [], text: 'nul \u0000 and \uD800' });
    expect(manifests(message(entry(7, {}), entry('x'.repeat(2_000), {}), { type: 'manifest' }, odd))).toEqual([
      expect.objectContaining({ key: '"odd"', kind: null }),
    ]);
  });
});

describe('the bytes of an attachment', () => {
  const stored: MessageSpec = {
    path: 'chat/42/attachments/a%20b',
    events: [['attached', { manifest: { key: 'attachment:a b' } }]],
  };

  it('are known with the entry that tells of them, until they are gone', () => {
    expect(rowsAfter(attachmentsProjection, [stored]).attachments).toEqual([
      expect.objectContaining({ path: 'chat/42/attachments/a%20b', url: '/chat/42', key: '"attachment:a b"' }),
    ]);
  });
});
