import type { Operation } from '../document.js';
import type { Draft } from '../draft.js';
import { baseId, type Kitchen } from '../recipes.js';
import { ANYWHERE, commonRefusals } from './common.js';
import { CONTROL_PLANE } from './control-plane.js';
import { ENTITIES } from './entities.js';
import type { Refusals } from './refusal.js';
import { STREAMS } from './streams.js';

const OWN: Readonly<Record<string, Refusals>> = { ...CONTROL_PLANE, ...ENTITIES, ...STREAMS };

/** Requests of good form that the state of things, or who asks, does not allow; and some answers that are hard to meet. */
export const refusalsOf = (operation: Operation): Refusals => ({
  ...commonRefusals(operation),
  ...OWN[baseId(operation.id)],
});

/** Any of them. */
export const refusedDraft = async (draft: Draft, kitchen: Kitchen): Promise<Draft> => {
  const { world } = kitchen;
  const own = Object.values(refusalsOf(draft.operation));
  const among = own.length > 0 && world.chance.next() < 0.5 ? own : ANYWHERE;
  return { ...(await world.any(among)(draft, kitchen)), flavour: 'refused' };
};
