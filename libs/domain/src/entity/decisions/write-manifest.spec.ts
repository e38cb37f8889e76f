import { describe, it } from '@jest/globals';
import { deciderSpec } from '@app/testing/decider-spec.js';
import { NOW, NOW_ISO, principalSpawned, spawned, status } from '@app/testing/entity-examples.js';
import type { WriteManifest } from '../entity.commands.js';
import { entityDecider } from '../entity.decider.js';

const given = deciderSpec(entityDecider);
const value = { kind: 'attachment', id: 'a' };
const put: WriteManifest = { type: 'WriteManifest', now: NOW, txid: 't', key: 'attachment:a', value };
const headers = (operation: string): object => ({ operation, timestamp: NOW_ISO, txid: 't' });

describe('an entry of the manifest', () => {
  it('is written by the server, whatever is there', () =>
    given(spawned)
      .when(put)
      .then({
        items: [{ type: 'manifest', key: 'attachment:a', value, headers: headers('upsert') }],
        events: [],
        result: { kind: 'manifest-written', txid: 't' },
      }));

  it('is removed without a value', () =>
    given(spawned)
      .when({ ...put, value: undefined })
      .then({ items: [{ type: 'manifest', key: 'attachment:a', headers: headers('delete') }] }));

  it('is not written for a principal', () => given(principalSpawned).when(put).thenRejects('INVALID_REQUEST'));

  it.each(['stopping', 'stopped', 'killed'] as const)('is not written when the entity is %s', (ended) =>
    given(spawned, status(ended)).when(put).thenRejects('NOT_RUNNING'),
  );
});
