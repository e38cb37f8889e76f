import { describe, expect, it } from '@jest/globals';
import { messageOf, type MessageSpec } from '@app/testing/projection-spec.js';
import type { LiveRow } from '../kernel/live-table.js';
import { liveChanges, liveId, liveKeys, type MappedMessage } from '../kernel/live-changes.js';
import { entitiesProjection } from './entities.projection.js';
import { liveEntities, liveEntity } from './live-entities.js';

const path = 'chat/42/main';
const KEY = { tenant: 'acme', key: '/chat/42' };
const at = 1_000;

const spawned: MessageSpec = {
  path,
  events: [
    [
      'spawned',
      {
        type: 'chat',
        revision: 1,
        typeSeq: 1,
        ancestors: [],
        createdBy: '/principal/x',
        tags: { b: '1', a: 'ü\u0000' },
        at,
      },
    ],
  ],
};
const running: MessageSpec = { path, events: [['status', { status: 'running', at: at + 1 }]] };
const tagged: MessageSpec = { path, events: [['tagged', { key: '__proto__', value: 'x', at: at + 2 }]] };
const untagged: MessageSpec = { path, events: [['untagged', { key: 'b', at: at + 3 }]] };
const claimed: MessageSpec = { path, events: [['claimed', { epoch: 1, runner: 'r', leaseMs: 1, at: at + 4 }]] };

const mapped = (specs: readonly MessageSpec[], first = 1): readonly MappedMessage[] =>
  specs.map((spec, index) => {
    const input = messageOf(first + index, spec);
    return { input, changes: entitiesProjection.map(input) };
  });

interface Recorded {
  readonly seq: number;
  readonly old: unknown;
  readonly new: unknown;
}

const parsed = (text: unknown): unknown => (typeof text === 'string' ? JSON.parse(text) : null);

const recorded = (messages: readonly MappedMessage[], rows: ReadonlyMap<string, LiveRow> = new Map()): Recorded[] =>
  liveChanges(liveEntities, messages, rows).map((change) => {
    const { key, row } = change as unknown as { key: { seq: number }; row: { old: unknown; new: unknown } };
    return { seq: key.seq, old: parsed(row.old), new: parsed(row.new) };
  });

const TAGS = '{"a":"ü\\u0000","b":"1"}';
const idle = { status: 'idle', updated_at: '1000', tags: TAGS };
const busy = { status: 'running', updated_at: '1001', tags: TAGS };

describe('changes of entities', () => {
  it('say what a row was and became, one for each message', () => {
    expect(recorded(mapped([spawned, running]))).toEqual([
      { seq: 1, old: null, new: idle },
      { seq: 2, old: idle, new: busy },
    ]);
  });

  it('are the same wherever a batch begins', () => {
    const all = mapped([spawned, running, tagged, claimed, untagged]);
    const whole = recorded(all);
    for (let cut = 1; cut < all.length; cut += 1) {
      const rows = new Map<string, LiveRow>();
      for (const { input, changes } of all.slice(0, cut))
        for (const change of changes) {
          expect(liveEntities.keyOf(change)).toEqual(KEY);
          const row = liveEntities.evolve(rows.get(liveId(KEY)), change);
          if (row) rows.set(liveId(KEY), row);
          expect(input.message.seq).toBeLessThanOrEqual(cut);
        }
      expect([...recorded(all.slice(0, cut)), ...recorded(all.slice(cut), rows)]).toEqual(whole);
    }
  });

  it('do not count what clients are not shown', () => {
    const rows = new Map([[liveId(KEY), liveEntity('idle', at, [])]]);
    expect(recorded(mapped([claimed]), rows)).toEqual([]);
  });

  it('hold tags of any name', () => {
    const tags = recorded(mapped([spawned, tagged, untagged])).map((change) => (change.new as { tags: string }).tags);
    expect(tags.at(-1)).toBe('{"__proto__":"x","a":"ü\\u0000"}');
  });

  it('concern each row once', () => {
    expect(liveKeys(liveEntities, mapped([spawned, running, tagged]))).toEqual([KEY]);
  });
});
