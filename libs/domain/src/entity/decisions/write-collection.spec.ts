import { describe, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { ALICE, NOW, NOW_ISO, spawned, status } from '@app/testing/entity-examples.js';
import type { WriteCollection } from '../entity.commands.js';
import { entityDecider } from '../entity.decider.js';

const given = deciderSpec(entityDecider);
const principal = { url: ALICE, kind: 'user', id: 'alice' };
const write = (fields: Partial<WriteCollection> = {}): WriteCollection => ({
  type: 'WriteCollection',
  now: NOW,
  collection: 'notes',
  opened: { type: 'state:notes' },
  operation: 'insert',
  freshKey: 'notes-1',
  value: { text: 'hi' },
  principal,
  validate: () => [],
  ...fields,
});
const headers = (operation: string): object => ({ operation, timestamp: NOW_ISO, principal });
const ALL = { type: 'state:notes', operations: ['insert', 'update', 'delete'] } as const;

describe('a row written from outside', () => {
  it('is inserted under a key of its own, with who wrote it', () =>
    given(spawned)
      .when(write())
      .then({
        items: [{ type: 'state:notes', key: 'notes-1', value: { text: 'hi' }, headers: headers('insert') }],
        events: [],
        result: { kind: 'collection-written', key: 'notes-1' },
      }));

  it('keeps the key of its client', () =>
    given(spawned)
      .when(write({ key: 'mine' }))
      .then({ result: { kind: 'collection-written', key: 'mine' } }));

  it('is updated, or deleted without a value, where the type says so', () => {
    given(spawned)
      .when(write({ opened: ALL, operation: 'update', key: 'a' }))
      .then({ items: [{ type: 'state:notes', key: 'a', value: { text: 'hi' }, headers: headers('update') }] });
    given(spawned)
      .when(write({ opened: ALL, operation: 'delete', key: 'a' }))
      .then({ items: [{ type: 'state:notes', key: 'a', headers: headers('delete') }] });
  });

  it('is forbidden where the type does not say so, whatever else is wrong', () => {
    given(spawned, status('killed'))
      .when(write({ opened: undefined }))
      .thenRejects('FORBIDDEN');
    given(spawned, status('killed'))
      .when(write({ operation: 'update' }))
      .thenRejects('FORBIDDEN');
    given(spawned)
      .when(write({ opened: { type: 'state:notes', operations: [] } }))
      .thenRejects('FORBIDDEN');
  });

  it('needs an entity that takes writes, before anything is said about the row', () =>
    given(spawned, status('stopping'))
      .when(write({ opened: ALL, operation: 'update' }))
      .thenRejects('NOT_RUNNING'));

  it.each<Partial<WriteCollection>>([
    { operation: 'update' },
    { operation: 'delete' },
    { operation: 'update', key: 'a', value: undefined },
    { value: undefined },
  ])('%j says too little', (fields) => {
    const command = write({ opened: ALL, ...fields });
    given(spawned).when(command).thenRejects('INVALID_REQUEST');
  });

  it('keeps to the schema of its event', () => {
    given(spawned)
      .when(write({ validate: () => [{ path: '/text', message: 'must be number' }] }))
      .thenRejects('SCHEMA_VALIDATION_FAILED');
    given(spawned)
      .when(write({ validate: () => 'unknown' }))
      .thenRejects('UNKNOWN_EVENT_TYPE');
  });
});
