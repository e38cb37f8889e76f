import type { SignalRequest } from '../entities/handlers/signal-entity.handler.js';
import type { SpawnRequest } from '../entities/handlers/spawn-entity.handler.js';
import type { EntityFilter } from '../ports/read-model.js';

/** What an operation does, as it is stored with it. Additive only. */
export type OperationPlan =
  | { readonly kind: 'spawn'; readonly entities: readonly { readonly url: string; readonly request: SpawnRequest }[] }
  | { readonly kind: 'signal'; readonly filter: EntityFilter; readonly request: SignalRequest };
