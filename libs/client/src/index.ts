export { ApiError, answerOf, type Answered } from './answer.js';
export { createReveille, type Reveille, type ReveilleOptions } from './create-reveille.js';
export { NoAnswer, type FetchRequest } from './patient-fetch.js';
export type { components, paths } from './schema.js';
