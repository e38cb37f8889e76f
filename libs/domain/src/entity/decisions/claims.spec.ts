import { describe, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { claimed, NOW, released, spawned, status } from '@app/testing/entity-examples.js';
import type { Claim, ExpireClaim, ReleaseClaim } from '../entity.commands.js';
import { entityDecider } from '../entity.decider.js';

const given = deciderSpec(entityDecider);
const claim = (epoch: number): Claim => ({ type: 'Claim', epoch, runner: 'r1', leaseMs: 30_000, now: NOW });
const done = (epoch: number): ReleaseClaim => ({ type: 'ReleaseClaim', epoch, now: NOW });
const expire = (epoch: number): ExpireClaim => ({ type: 'ExpireClaim', epoch, now: NOW });
const running = [spawned, claimed(10), status('running')];

describe('a claim', () => {
  it('is granted, and the entity runs', () =>
    given(spawned)
      .when(claim(10))
      .then({ items: [], events: [claimed(10), status('running')], result: { kind: 'claimed', epoch: 10 } }));
  it('leaves an entity that is stopping as it is', () =>
    given(spawned, status('stopping'))
      .when(claim(10))
      .then({ events: [claimed(10)] }));
  it('after delivery finds the entity running', () =>
    given(spawned, status('running'))
      .when(claim(10))
      .then({ events: [claimed(10)] }));
  it('later than the current one fences it', () =>
    given(...running)
      .when(claim(11))
      .then({ events: [claimed(11)] }));
  it('repeated is the same claim', () =>
    given(...running)
      .when(claim(10))
      .thenNothing({ kind: 'claimed', epoch: 10 }));
  it('repeated after its lease expired still is', () =>
    given(...running, released(10, 'expired'))
      .when(claim(10))
      .thenNothing({ kind: 'claimed', epoch: 10 }));
  it('repeated after its holder was done has nothing to do', () =>
    given(...running, released(10, 'done'))
      .when(claim(10))
      .thenNothing({ kind: 'done' }));
  it('earlier than the current one is fenced, also when that one has ended', () => {
    given(...running)
      .when(claim(9))
      .thenRejects('FENCED');
    given(...running, released(10, 'done'))
      .when(claim(9))
      .thenRejects('FENCED');
  });
  it.each(['paused', 'stopped', 'killed'] as const)('on a %s entity has nothing to do', (situation) =>
    given(spawned, status(situation)).when(claim(10)).thenNothing({ kind: 'done' }),
  );
  it('on nobody is not found', () => given().when(claim(10)).thenRejects('NOT_FOUND'));
  it('by a runner with an endless name is refused', () =>
    given(spawned)
      .when({ ...claim(10), runner: 'r'.repeat(201) })
      .thenRejects('INVALID_REQUEST'));
});

describe('being done', () => {
  it('makes the entity idle', () =>
    given(...running)
      .when(done(10))
      .then({
        events: [released(10, 'done'), status('idle')],
        close: false,
        result: { kind: 'released', status: 'idle' },
      }));
  it('stops an entity that is stopping, and closes its stream', () =>
    given(...running, status('stopping'))
      .when(done(10))
      .then({
        events: [released(10, 'done'), status('stopped')],
        close: true,
        result: { kind: 'released', status: 'stopped' },
      }));
  it('does not lift a pause that was asked for meanwhile', () =>
    given(...running, status('paused'))
      .when(done(10))
      .then({ events: [released(10, 'done')], result: { kind: 'released', status: 'paused' } }));
  it('after the lease expired ends the claim', () =>
    given(...running, released(10, 'expired'), status('idle'))
      .when(done(10))
      .then({ events: [released(10, 'done')] }));
  it('again is nothing', () =>
    given(...running, released(10, 'done'), status('idle'))
      .when(done(10))
      .thenNothing({ kind: 'released', status: 'idle' }));
  it('on an entity killed meanwhile is nothing', () =>
    given(...running, status('killed'))
      .when(done(10))
      .thenNothing({ kind: 'released', status: 'killed' }));
  it('with another epoch is fenced', () => {
    given(...running)
      .when(done(9))
      .thenRejects('FENCED');
    given(...running)
      .when(done(11))
      .thenRejects('FENCED');
    given(spawned).when(done(0)).thenRejects('FENCED');
    given(...running, status('killed'))
      .when(done(9))
      .thenRejects('FENCED');
  });
});

describe('the end of a lease', () => {
  it('makes the entity idle', () =>
    given(...running)
      .when(expire(10))
      .then({ events: [released(10, 'expired'), status('idle')], close: false }));
  it('stops an entity that is stopping', () =>
    given(...running, status('stopping'))
      .when(expire(10))
      .then({ events: [released(10, 'expired'), status('stopped')], close: true }));
  it('is nothing once the claim has moved on', () => {
    given(...running, claimed(11))
      .when(expire(10))
      .thenNothing({ kind: 'released', status: 'running' });
    given(...running, released(10, 'expired'))
      .when(expire(10))
      .thenNothing();
    given(...running, released(10, 'done'))
      .when(expire(10))
      .thenNothing();
    given(...running, status('killed'))
      .when(expire(10))
      .thenNothing({ kind: 'released', status: 'killed' });
    given(spawned).when(expire(10)).thenNothing();
  });
});
