import { describe, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { claimed, NOW, spawned, status } from '@app/testing/entity-examples.js';
import { entityDecider } from '../entity.decider.js';

const given = deciderSpec(entityDecider);
const begin = { type: 'BeginWork', now: NOW } as const;
const end = { type: 'EndWork', now: NOW, reason: 'done' } as const;
const unreachable = { ...end, reason: 'unreachable' } as const;

describe('the delivery of a webhook', () => {
  it('makes the entity run', () =>
    given(spawned)
      .when(begin)
      .then({ items: [], events: [status('running')], result: { kind: 'forward' } }));
  it.each(['running', 'stopping', 'killed'] as const)('to a %s entity goes out and changes nothing', (situation) =>
    given(spawned, status(situation)).when(begin).thenNothing({ kind: 'forward' }),
  );
  it.each(['paused', 'stopped'] as const)('to a %s entity counts as answered', (situation) =>
    given(spawned, status(situation)).when(begin).thenNothing({ kind: 'done' }),
  );
  it('to nobody is not found', () => given().when(begin).thenRejects('NOT_FOUND'));
});

describe('the answer of a webhook', () => {
  const running = [spawned, status('running')];
  it.each([end, unreachable])('$reason makes the entity idle', (command) =>
    given(...running)
      .when(command)
      .then({ events: [status('idle')], result: { kind: 'ended', status: 'idle' } }),
  );
  it('done stops an entity that is stopping', () =>
    given(...running, status('stopping'))
      .when(end)
      .then({ events: [status('stopped')], close: true }));
  it('unreachable leaves an entity that is stopping to the next try', () =>
    given(...running, status('stopping'))
      .when(unreachable)
      .thenNothing({ kind: 'ended', status: 'stopping' }));
  it.each(['idle', 'paused', 'stopped', 'killed'] as const)('leaves a %s entity as it is', (situation) =>
    given(spawned, status(situation)).when(end).thenNothing({ kind: 'ended', status: situation }),
  );
  it('says nothing about a claim in force', () => {
    given(...running, claimed(10))
      .when(end)
      .thenNothing({ kind: 'ended', status: 'running' });
  });
});
