import { describe, expect, it } from '@jest/globals';
import type { Json } from '@app/streams';
import { messageOf, TENANT } from '@app/testing/projection-spec.js';
import type { Change } from '../kernel/change.js';
import { operationsProjection } from './operations.projection.js';

const changes = (type: string, hot: Json, path = '_operations/op-1'): readonly Change[] => {
  const { address, message } = messageOf(5, { path, events: [[type, {}]] });
  const stored = { address, message: { ...message, state: { ...message.state, hot } } };
  return operationsProjection.accepts(stored) ? operationsProjection.map(stored) : [];
};

const hot = { status: 'running', done: 0, failed: 0, updatedAt: 1, until: 7 };

describe('unfinished operations', () => {
  it('have one row each, which says until when somebody executes it', () => {
    expect(changes('operation-taken', hot)).toMatchObject([
      { kind: 'upsert', key: { tenant: TENANT, id: 'op-1' }, row: { until: 7 } },
    ]);
  });

  it('are gone when they have ended', () => {
    for (const status of ['completed', 'cancelled'])
      expect(changes('operation-ended', { ...hot, status })).toMatchObject([{ kind: 'delete', key: { id: 'op-1' } }]);
  });

  it('are on paths of their own only', () => {
    expect(changes('operation-created', hot, 'chat/1/main')).toEqual([]);
    expect(changes('tagged', hot)).toEqual([]);
  });
});
