import { describe, expect, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { NOW, NOW_ISO, spawned, status } from '@app/testing/entity-examples.js';
import type { DeleteMessage, EditMessage } from '../entity.commands.js';
import { entityDecider } from '../entity.decider.js';

const given = deciderSpec(entityDecider);
const edit = (change: Partial<EditMessage>): EditMessage => ({
  type: 'EditMessage',
  now: NOW,
  key: 'm1',
  txid: 'tx-1',
  ...change,
});
const remove: DeleteMessage = { type: 'DeleteMessage', key: 'm1', txid: 'tx-1' };
const result = { kind: 'message-changed', txid: 'tx-1' } as const;

describe('editing a message', () => {
  it.each<[Partial<EditMessage>, object]>([
    [{ payload: { text: 'other' } }, { payload: { text: 'other' } }],
    [{ payload: null }, { payload: null }],
    [
      { position: 'p', mode: 'queued', status: 'pending' },
      { position: 'p', mode: 'queued', status: 'pending' },
    ],
    [{ status: 'processed' }, { status: 'processed', processed_at: NOW_ISO }],
    [{ status: 'cancelled' }, { status: 'cancelled', cancelled_at: NOW_ISO }],
  ])('%j tells what changed and nothing else', (change, value) => {
    given(spawned)
      .when(edit(change))
      .then({
        items: [{ type: 'inbox', key: 'm1', value, headers: { txid: 'tx-1', operation: 'update' } }],
        events: [],
        result,
      });
  });

  it('changes something', () => given(spawned).when(edit({})).thenRejects('INVALID_REQUEST'));

  it.each(['stopping', 'stopped', 'killed'] as const)('is over when the entity is %s', (to) => {
    given(spawned, status(to)).when(edit({})).thenRejects('NOT_RUNNING');
    given(spawned, status(to)).when(remove).thenRejects('NOT_RUNNING');
  });

  it('lifts no pause', () => {
    expect(
      given(spawned, status('paused'))
        .when(edit({ position: 'p' }))
        .decided().units[0]?.events,
    ).toEqual([]);
  });
});

it('a message is deleted without a value', () =>
  given(spawned)
    .when(remove)
    .then({ items: [{ type: 'inbox', key: 'm1', headers: { txid: 'tx-1', operation: 'delete' } }], result }));
