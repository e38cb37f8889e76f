import { describe, expect, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { claimed, NOW, NOW_ISO, released, spawned, status } from '@app/testing/entity-examples.js';
import type { Json, StreamItem } from '../../kernel/stream-item.js';
import type { AppendRequest } from '../../stream/append.js';
import type { Producer } from '../../stream/producer.js';
import type { AppendEvents } from '../entity.commands.js';
import { entityDecider } from '../entity.decider.js';

const given = deciderSpec(entityDecider);
const running = [spawned, claimed(10), status('running')];
const facts = { exists: true, closed: false, contentType: 'application/json', producers: [] };
const request: AppendRequest = { hasBody: true, contentType: 'application/json' };
const run = { type: 'run', key: 'run-0', value: { status: 'started' }, headers: { operation: 'insert' } };
const append = (fields: Partial<AppendEvents> = {}): AppendEvents => ({
  type: 'AppendEvents',
  now: NOW,
  epoch: 10,
  facts,
  request,
  body: [run],
  validate: () => [],
  ...fields,
});
const posted = { type: 'posted', data: { epoch: 10 } } as const;
const producer: Producer = { id: 'entity-/chat/1', epoch: 10, seq: 0 };

describe('the agent', () => {
  it('writes what it sent, byte for byte', () =>
    given(...running)
      .when(append())
      .then({ units: [{ items: [], events: [posted], asSent: true }], close: false, result: { kind: 'appended' } }));
  it('writes with its producer and sequence', () =>
    given(...running)
      .when(append({ request: { ...request, producer, streamSeq: 'a' } }))
      .then({ units: [{ items: [], events: [posted], asSent: true, producer, streamSeq: 'a' }] }));
  it('may write while the entity is stopping or paused, and after its lease expired', () => {
    for (const event of [status('stopping'), status('paused'), released(10, 'expired')])
      given(...running, event)
        .when(append())
        .then({ result: { kind: 'appended' } });
  });

  it('writes with the token of the current claim only', () => {
    given(...running)
      .when(append({ epoch: 9 }))
      .thenRejects('UNAUTHORIZED');
    given(...running)
      .when(append({ epoch: 11 }))
      .thenRejects('UNAUTHORIZED');
    given(...running)
      .when(append({ epoch: undefined }))
      .thenRejects('UNAUTHORIZED');
    given(...running, claimed(11))
      .when(append())
      .thenRejects('UNAUTHORIZED');
    given(...running, released(10, 'done'))
      .when(append())
      .thenRejects('UNAUTHORIZED');
    given(spawned)
      .when(append({ epoch: undefined }))
      .thenRejects('UNAUTHORIZED');
    given().when(append()).thenRejects('NOT_FOUND');
  });
  it.each(['stopped', 'killed'] as const)('does not write to a %s entity, with no word about the stream', (ended) =>
    given(...running, status(ended))
      .when(append({ facts: { ...facts, closed: true }, validate: () => 'unknown' }))
      .thenRejects('NOT_RUNNING'),
  );
  it('is told what cannot be read in its request last of all that the entity says', () => {
    const unreadable = { ...request, malformed: 'no number' };
    given(...running)
      .when(append({ request: unreadable, body: [] }))
      .thenRejects('malformed');
    given(...running)
      .when(append({ request: unreadable, epoch: undefined }))
      .thenRejects('UNAUTHORIZED');
    given(...running, status('killed'))
      .when(append({ request: unreadable }))
      .thenRejects('NOT_RUNNING');
  });
  it('does not end the stream of an entity', () => {
    given(...running)
      .when(append({ request: { ...request, close: true } }))
      .thenRejects('FORBIDDEN');
    given(...running)
      .when(append({ request: { hasBody: false, close: true }, body: [] }))
      .thenRejects('FORBIDDEN');
  });

  it('declares its event types, before the stream is asked', () =>
    given(...running)
      .when(
        append({
          validate: (_kind, key) => (key === 'run' ? [] : 'unknown'),
          body: [run, { type: 'x' }],
          request: { hasBody: false },
        }),
      )
      .thenRejects('UNKNOWN_EVENT_TYPE'));
  it('writes nothing of a batch with one wrong event', () =>
    given(...running)
      .when(
        append({
          validate: (_kind, _key, value) => (value === 1 ? [{ path: '/', message: 'no' }] : []),
          body: [run, { type: 'run', value: 1 }],
        }),
      )
      .thenRejects('SCHEMA_VALIDATION_FAILED'));
  it('has the last value of a deleted row validated, and no type in what is no event', () => {
    const seen: unknown[] = [];
    const body: Json[] = [{ type: 'a', value: 1, old_value: 2, headers: { operation: 'delete' } }, { type: 'b' }, 7];
    given(...running)
      .when(append({ body, validate: (kind, key, value) => (seen.push([kind, key, value]), []) }))
      .then({ result: { kind: 'appended' } });
    expect(seen).toEqual([
      ['state', 'a', 2],
      ['state', 'b', undefined],
      ['state', '', undefined],
    ]);
  });

  it('meets the rules of streams last', () => {
    const known = { ...facts, producers: [{ ...producer, seq: 3 }], lastStreamSeq: 'b' };
    const at = (fields: Partial<AppendRequest>) =>
      given(...running).when(append({ facts: known, request: { ...request, ...fields } }));
    at({ producer }).thenNothing({ kind: 'duplicate', epoch: 10, seq: 3 });
    at({ producer: { ...producer, seq: 5 } }).thenRejects('sequence-gap');
    at({ producer: { ...producer, epoch: 9 } }).thenRejects('stale-epoch');
    at({ streamSeq: 'a' }).thenRejects('stale-stream-seq');
    at({ contentType: 'text/plain' }).thenRejects('content-type-mismatch');
    at({ hasBody: false }).thenRejects('empty-body');
  });
});

describe('a wake', () => {
  const item: StreamItem = {
    type: 'wake',
    key: 'wake-1-5-1',
    value: { timestamp: NOW_ISO, source: '/chat/2', timeout: false, changes: [] },
    headers: { operation: 'insert' },
  };
  const wake = { type: 'DeliverWake', now: NOW, item } as const;

  it.each(['idle', 'running', 'paused', 'stopping'] as const)('reaches a %s entity and moves nothing', (situation) =>
    given(spawned, status(situation))
      .when(wake)
      .then({ units: [{ items: [item], events: [] }] }),
  );
  it.each(['stopped', 'killed'] as const)('does not reach a %s entity', (ended) =>
    given(spawned, status(ended)).when(wake).thenRejects('NOT_RUNNING'),
  );
  it('reaches nobody where there is none', () => given().when(wake).thenRejects('NOT_FOUND'));
});
