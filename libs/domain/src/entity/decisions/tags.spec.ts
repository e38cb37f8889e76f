import { describe, expect, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { NOW, NOW_ISO, principalSpawned, spawned, status } from '@app/testing/entity-examples.js';
import type { DeleteTag, SetTag } from '../entity.commands.js';
import { entityDecider } from '../entity.decider.js';
import type { EntityEvent } from '../entity.events.js';

const given = deciderSpec(entityDecider);
const set = (key: string, value: string): SetTag => ({ type: 'SetTag', key, value, now: NOW });
const remove = (key: string): DeleteTag => ({ type: 'DeleteTag', key, now: NOW });
const tagged = (key: string, value: string): EntityEvent => ({ type: 'tagged', data: { key, value, at: NOW } });
const untagged = (key: string): EntityEvent => ({ type: 'untagged', data: { key, at: NOW } });
const headers = (operation: string): object => ({ operation, timestamp: NOW_ISO });
const changed = { kind: 'tagged', changed: true } as const;
const unchanged = { kind: 'tagged', changed: false } as const;

describe('a tag', () => {
  it('is set, and announced in the same log entry', () =>
    given(spawned)
      .when(set('k', 'v'))
      .then({
        items: [{ type: 'tags', key: 'k', value: { key: 'k', value: 'v' }, headers: headers('insert') }],
        events: [tagged('k', 'v')],
        result: changed,
      }));
  it('is changed', () =>
    given(spawned, tagged('k', 'v'))
      .when(set('k', 'w'))
      .then({
        items: [{ type: 'tags', key: 'k', value: { key: 'k', value: 'w' }, headers: headers('update') }],
        events: [tagged('k', 'w')],
      }));
  it('set to the value it has is nothing', () =>
    given(spawned, tagged('k', 'v')).when(set('k', 'v')).thenNothing(unchanged));
  it('is deleted, without a value', () =>
    given(spawned, tagged('k', 'v'))
      .when(remove('k'))
      .then({
        items: [{ type: 'tags', key: 'k', headers: headers('delete') }],
        events: [untagged('k')],
        result: changed,
      }));
  it('that is not there is not deleted', () =>
    given(spawned, tagged('k', 'v'), untagged('k')).when(remove('k')).thenNothing(unchanged));

  it.each(['constructor', '__proto__', 'toString'])('may be called %s', (key) => {
    given(spawned).when(remove(key)).thenNothing(unchanged);
    given(spawned)
      .when(set(key, 'v'))
      .then({ events: [tagged(key, 'v')] });
    given(spawned, tagged(key, 'v')).when(set(key, 'v')).thenNothing(unchanged);
    given(spawned, tagged(key, 'v'), untagged(key)).when(remove(key)).thenNothing(unchanged);
  });

  it('is one of at most 128', () => {
    const full = Array.from({ length: 128 }, (_, index) => tagged(`t${String(index)}`, ''));
    given(spawned, ...full)
      .when(set('one more', ''))
      .thenRejects('INVALID_REQUEST');
    given(spawned, ...full)
      .when(set('t5', 'new'))
      .then({ result: changed });
  });
  it('shares 20 KB with everything that seldom changes', () =>
    given(spawned, tagged('a', 'x'.repeat(19_000)))
      .when(set('b', 'x'.repeat(2000)))
      .thenRejects('INVALID_REQUEST'));

  it.each([set('k', 'v'), remove('k')])('$type is refused when the entity takes no writes', (command) => {
    for (const closed of ['stopping', 'stopped', 'killed'] as const)
      given(spawned, status(closed)).when(command).thenRejects('NOT_RUNNING');
    given().when(command).thenRejects('NOT_FOUND');
    given(principalSpawned).when(command).thenRejects('INVALID_REQUEST');
  });

  it('moves the time of the last change', () =>
    expect(given(spawned, tagged('k', 'v')).state).toMatchObject({ updatedAt: NOW, cold: { tags: { k: 'v' } } }));
});
