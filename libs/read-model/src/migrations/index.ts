import { Lanes } from './0001-lanes.js';
import { Views } from './0002-views.js';
import { Saga } from './0100-saga.js';
import { StreamPurges } from './0101-stream-purges.js';
import { StreamEnds } from './0102-stream-ends.js';
import { StreamProducers } from './0110-stream-producers.js';
import { Grants } from './0200-grants.js';
import { Shapes } from './0210-shapes.js';
import { Manifests } from './0220-manifests.js';
import { Membership } from './0221-membership.js';
import { Users } from './0222-users.js';
import { EntityPages } from './0230-entity-pages.js';
import { Operations } from './0231-operations.js';
import { Readers } from './0240-readers.js';
import { EndingGrants } from './0241-ending-grants.js';
import { TagsOfRows } from './0242-tags-of-rows.js';

/** In order. Applied migrations are never edited; add another one. */
export const migrations = [
  ...[Lanes, Views, Saga, StreamPurges, StreamEnds, StreamProducers],
  ...[Grants, Shapes, Manifests, Membership, Users, EntityPages, Operations, Readers, EndingGrants, TagsOfRows],
];
