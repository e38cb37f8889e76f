import {
  entitiesProjection,
  entityTypesProjection,
  historyProjection,
  unitKeysProjection,
  wakeRegistrationsProjection,
  type Projection,
} from '@app/projections';
import { logAddress, registryAddress, type LogAddress } from '@app/messaging';
import { PROJECTOR_GROUP, REGISTRY_GROUP } from './projector.parts.js';
import { storedHeaders } from './stored-headers.js';

export interface ProjectionGroup {
  readonly group: string;
  readonly log: 'eventLog' | 'registryLog';
  readonly address: (subject: string) => LogAddress | undefined;
  readonly lanes: number;
  readonly projections: readonly Projection[];
}

/** Every projection there is, by the worker group that keeps it. */
export const projectionGroups: readonly ProjectionGroup[] = [
  {
    group: PROJECTOR_GROUP,
    log: 'eventLog',
    address: logAddress,
    lanes: 8,
    projections: [
      historyProjection(storedHeaders),
      unitKeysProjection,
      entitiesProjection,
      wakeRegistrationsProjection,
    ],
  },
  // Small and rarely written: one lane keeps it in the order it was written.
  {
    group: REGISTRY_GROUP,
    log: 'registryLog',
    address: registryAddress,
    lanes: 1,
    projections: [entityTypesProjection],
  },
];
