import type { SpawnRequest, WakeRequest } from '@app/application';
import { ApiError, type SpawnDto } from '@app/contracts';
import type { Json, JsonObject } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { refuseTimers } from '../wakes/refuse-timers.js';

const wakeOf = (wake: NonNullable<SpawnDto['wake']>): Omit<WakeRequest, 'sourceUrl'> => {
  refuseTimers(wake);
  const { subscriberUrl, condition, includeResponse, manifestKey } = wake;
  return { subscriberUrl, condition, ...present({ includeResponse, manifestKey }) };
};

/** The body of a spawn in the words of the application. @throws ApiError for what is not supported yet */
export const spawnRequest = (body: SpawnDto): SpawnRequest => {
  if (body.grants !== undefined && body.grants.length > 0)
    throw new ApiError('NOT_SUPPORTED', 'grants are not supported yet');
  const { args, tags, parent, dispatch_policy, sandbox, initialMessageType, wake } = body;
  return present({
    args: args as JsonObject | undefined,
    tags,
    parent,
    dispatchPolicy: dispatch_policy,
    sandbox,
    initialMessage: Object.hasOwn(body, 'initialMessage')
      ? { payload: body.initialMessage as Json, ...present({ type: initialMessageType }) }
      : undefined,
    wake: wake && wakeOf(wake),
  });
};
