import {
  attachmentsProjection,
  entitiesProjection,
  entityTypesProjection,
  historyProjection,
  operationsProjection,
  manifestsProjection,
  membershipSourcesProjection,
  membersProjection,
  streamEndsProjection,
  streamProducersProjection,
  unitKeysProjection,
  usersProjection,
  wakeRegistrationsProjection,
  type Projection,
} from '@app/projections';

/** Worker groups, which are also names of event patterns. */
export const PROJECTOR_GROUP = 'projector';
export const REGISTRY_GROUP = 'registry';

export interface ProjectionGroup {
  readonly group: typeof PROJECTOR_GROUP | typeof REGISTRY_GROUP;
  readonly log: 'eventLog' | 'registryLog';
  readonly lanes: number;
  readonly projections: readonly Projection[];
}

/** Every projection there is, by the worker group that keeps it. */
export const projectionGroups: readonly ProjectionGroup[] = [
  {
    group: PROJECTOR_GROUP,
    log: 'eventLog',
    lanes: 8,
    projections: [
      historyProjection,
      unitKeysProjection,
      streamProducersProjection,
      entitiesProjection,
      wakeRegistrationsProjection,
      streamEndsProjection,
      operationsProjection,
      manifestsProjection,
      attachmentsProjection,
      membershipSourcesProjection,
      membersProjection,
      usersProjection,
    ],
  },
  // Small and rarely written: one lane keeps it in the order it was written.
  { group: REGISTRY_GROUP, log: 'registryLog', lanes: 1, projections: [entityTypesProjection] },
];
