export type { ChangeKind, RegistrationTuple, WakeCondition, WakeFact } from './registration.js';
export { registrationKey, type WakeRegistered, type WakeUnregistered } from './registration.js';
export { matchEvent, typesOf, type FinishedRun, type Match, type WakeChange } from './matching.js';
export { EMPTY_RESPONSE, foldResponses, responseOf, type RunResponse } from './run-response.js';
export { parseSource, sourceAt, type WakeSource } from './source.js';
export { factsOf, POSTED, type SourceFact, type SourceUnit } from './source-unit.js';
export { readRegistered } from './stored-facts.js';
export { wakeItem, type FinishedChild, type Wake } from './wake-item.js';
export {
  evaluateWakes,
  evolveWaiters,
  NOBODY,
  type ActiveRegistration,
  type WakeCause,
  type WakeOutput,
  type Waiters,
} from './wake.workflow.js';
