import { describe, expect, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { ALICE, NOW_ISO, principalSpawned, send, spawned, status } from '@app/testing/entity-examples.js';
import { entityDecider } from '../entity.decider.js';
import type { SendMessage } from '../entity.commands.js';
import { MAX_COLD_BYTES } from '../limits.js';

const given = deciderSpec(entityDecider);
const headers = { txid: 'tx-1', operation: 'insert' };
const value = {
  from: ALICE,
  payload: { text: 'hi' },
  timestamp: NOW_ISO,
  mode: 'immediate',
  status: 'processed',
  processed_at: NOW_ISO,
  from_principal: ALICE,
};
const sentValue = (fields: Partial<SendMessage>): unknown =>
  given(spawned).when(send(fields)).decided().units[0]?.items[0]?.value;

describe('sending a message', () => {
  it('puts it into the inbox', () =>
    given(spawned)
      .when(send())
      .then({
        items: [{ type: 'inbox', key: 'm1', value, headers }],
        events: [],
        result: { kind: 'sent', txid: 'tx-1' },
      }));

  it('twice with one key puts it there twice: a key is not an idempotency key', () => {
    const once = given(spawned).when(send()).decided();
    const history = once.units.flatMap(({ events }) => events);
    given(spawned, ...history)
      .when(send({ payload: 2 }))
      .then({ items: [{ type: 'inbox', key: 'm1', value: { ...value, payload: 2 }, headers }] });
  });

  it('keeps what it says about its sender and type', () =>
    expect(sentValue({ fromAgent: '/chat/2', messageType: 'ask', position: 'p', mode: 'steer' })).toEqual({
      ...value,
      mode: 'steer',
      from_agent: '/chat/2',
      message_type: 'ask',
      position: 'p',
    }));

  it.each(['queued', 'paused'] as const)('that is %s leaves it pending, in the order of sending', (mode) => {
    const { processed_at: _, ...pending } = { ...value, mode, status: 'pending', position: '0001767323105678:a0' };
    expect(sentValue({ mode })).toEqual(pending);
    expect(sentValue({ mode, position: 'b1' })).toEqual({ ...pending, position: 'b1' });
  });

  it('gives an entity without a policy the one that its type has by now', () => {
    const policy = { targets: [{ type: 'webhook', url: 'http://127.0.0.1:1/' }] } as const;
    const filled = { type: 'dispatch-policy', data: { policy } } as const;
    given(spawned)
      .when(send({ typeDefault: policy }))
      .then({ events: [filled] });
    given(spawned, filled)
      .when(send({ typeDefault: { targets: [{ type: 'webhook', url: 'http://127.0.0.1:2/' }] } }))
      .then({ events: [] });
    const tag = { type: 'tagged', data: { key: 'k', value: 'x'.repeat(MAX_COLD_BYTES - 200), at: 0 } } as const;
    given(spawned, tag)
      .when(send({ typeDefault: policy }))
      .then({ events: [] });
  });

  it('wakes a paused entity', () =>
    given(spawned, status('paused'))
      .when(send())
      .then({ events: [status('idle')] }));
  it('that asks to wait does not', () =>
    given(spawned, status('paused'))
      .when(send({ mode: 'paused' }))
      .then({ events: [] }));
  it.each(['running', 'idle'] as const)('leaves a %s entity as it is', (situation) =>
    given(spawned, status(situation)).when(send()).then({ events: [] }),
  );

  it('to nobody is not found', () => given().when(send()).thenRejects('NOT_FOUND'));
  it.each(['stopping', 'stopped', 'killed'] as const)('is refused while the entity is %s, first of all', (situation) =>
    given(spawned, status(situation))
      .when(send({ from: '', messageType: 'ask', validate: () => 'unknown' }))
      .thenRejects('NOT_RUNNING'),
  );
  it('of a type that is not declared is refused', () =>
    given(spawned)
      .when(send({ messageType: 'ask', validate: () => 'unknown' }))
      .thenRejects('UNKNOWN_MESSAGE_TYPE'));
  it('that breaks its schema is refused with every violation', () => {
    const violations = [{ path: '/a', message: 'must be string' }];
    given(spawned)
      .when(send({ messageType: 'ask', validate: () => violations }))
      .thenRejects('SCHEMA_VALIDATION_FAILED', violations);
  });
  it('without a type is not validated', () =>
    expect(
      given(spawned)
        .when(send({ validate: () => 'unknown' }))
        .decided().units,
    ).toHaveLength(1));
  it('from the composer is validated by its own rules, whatever the entity declares', () => {
    const composed = { messageType: 'composer_input', validate: () => 'unknown' as const };
    expect(sentValue({ ...composed, payload: { source: 'hi' } })).toMatchObject({ message_type: 'composer_input' });
    given(spawned)
      .when(send({ ...composed, payload: {} }))
      .thenRejects('SCHEMA_VALIDATION_FAILED', [{ path: '/source', message: 'must be string' }]);
  });
  it('needs a sender and a payload', () => {
    given(spawned)
      .when(send({ from: '' }))
      .thenRejects('INVALID_REQUEST');
    given(spawned)
      .when(send({ payload: undefined }))
      .thenRejects('INVALID_REQUEST');
  });
});

describe('an identity', () => {
  const update = { messageType: 'update_identity', payload: { identity: { kind: 'user', id: 'alice' } } };

  it('is updated by the server itself', () => {
    const { units } = given(principalSpawned)
      .when(send({ ...update, mayUpdateIdentity: true }))
      .decided();
    expect(units.map(({ items }) => items[0]?.type)).toEqual(['inbox', 'identity']);
    expect(units[1]?.items[0]).toEqual({
      type: 'identity',
      key: 'self',
      value: update.payload.identity,
      headers: { operation: 'update', txid: 'tx-1' },
    });
  });
  it('is updated by nobody else', () => given(principalSpawned).when(send(update)).thenRejects('FORBIDDEN'));
  it('is a matter of principals only', () => given(spawned).when(send(update)).then({ events: [] }));
});
