import type { SpawnRequest } from '@app/application';
import type { SpawnDto } from '@app/contracts';
import type { Json, JsonObject } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { askedEntityGrant } from '../grants/asked-grant.js';
import { refuseTimers } from '../wakes/refuse-timers.js';

const wakeOf = (wake: NonNullable<SpawnDto['wake']>, checked: boolean): NonNullable<SpawnRequest['wake']> => {
  refuseTimers(wake);
  const { subscriberUrl, condition, includeResponse, manifestKey } = wake;
  return { subscriberUrl, condition, checked, ...present({ includeResponse, manifestKey }) };
};

/** The body of a spawn in the words of the application. @throws ApiError for what is not supported yet */
export const spawnRequest = (body: SpawnDto, { checkWake }: { readonly checkWake: boolean }): SpawnRequest => {
  const { args, tags, parent, dispatch_policy, sandbox, initialMessageType, wake, grants } = body;
  return present({
    args: args as JsonObject | undefined,
    tags,
    parent,
    dispatchPolicy: dispatch_policy,
    sandbox,
    initialMessage: Object.hasOwn(body, 'initialMessage')
      ? { payload: body.initialMessage as Json, ...present({ type: initialMessageType }) }
      : undefined,
    wake: wake && wakeOf(wake, checkWake),
    grants: grants?.map(askedEntityGrant),
  });
};
